/**
 * The stores beside one another, in process: durable accepts by 64 callers, and claims with their settlements on 300 full lanes. In
 * turns, so that both meet the same machine. `npm --prefix test/postgres ci && node --import tsx bench/stores.ts [ROUNDS]`, or with
 * TEST_DATABASE_URL.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { systemClock } from '../src/domain/clock.ts';
import type { NewDelivery } from '../src/domain/delivery.ts';
import { inSlack } from '../src/domain/destination.ts';
import type { Store } from '../src/ports/store.ts';
import { createIds, createPostgresStore, createSqliteStore } from '../src/stores/index.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { type Summary, summarize, tempDir } from './support.ts';

const callers = 64;
const lanes = 300;
const messagesALane = 20;
const atOnce = 32;
const acceptMs = 3_000;

export interface Row {
  name: string;
  /** In rounds: of accepts, and of deliveries that are claimed and settled. */
  accepted: Rate[];
  sent: Rate[];
}

interface Rate {
  perSecond: number;
  /** Of this process. */
  cpuMicros: number;
}

const newId = createIds();

function message(channel: number): NewDelivery {
  const id = newId();
  const now = Date.now();
  return {
    ...{
      id,
      team: 'T1',
      destination: inSlack(`#c${channel}`),
      text: `deploy ${id} of the shop is done`,
      attachments: [],
    },
    ...{ source: 'api', trace: id.slice(0, 8), similarKey: null, createdAt: now, expiresAt: now + 3_600_000 },
  };
}

/** @param work resolves with how many it has done */
async function measure(work: () => Promise<number>): Promise<Rate> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  const count = await work();
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: (count * 1_000) / (performance.now() - began), cpuMicros: (user + system) / count };
}

async function accepts(store: Store): Promise<number> {
  const until = performance.now() + acceptMs;
  let count = 0;
  async function call(caller: number): Promise<void> {
    while (performance.now() < until) {
      const counts = { team: 'T1', by: { total_msg_count: 1 } };
      await store.accept({ key: `k:${randomUUID()}`, fingerprint: 'f', deliveries: [message(caller)], counts });
      count += 1;
    }
  }
  await Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)));
  return count;
}

/** Sends all: up to 32 are claimed at a time, and each is settled on its own. */
async function sends(store: Store): Promise<number> {
  let count = 0;
  for (;;) {
    const claimed = await store.claim(Date.now(), 30_000, atOnce);
    // A claim may find nothing but lanes that are empty, and puts them to rest.
    if (claimed.length === 0 && (await store.nextDue()) === Number.POSITIVE_INFINITY) return count;
    const settled = claimed.map(async ({ delivery, tat }) => {
      const now = Date.now();
      const slack = { channel: 'C1', ts: `1.${delivery.seq}`, permalink: null };
      await store.settle(delivery, { to: 'sent', slack, uploaded: 0, readyAt: now, tat }, now);
      count += 1;
    });
    await Promise.all(settled);
  }
}

async function fill(store: Store): Promise<void> {
  for (let round = 0; round < messagesALane; round += 1) {
    await store.accept({ deliveries: Array.from({ length: lanes }, (_, lane) => message(1_000 + lane)) });
  }
}

export async function run({ rounds = 5 } = {}): Promise<Row[]> {
  const data = tempDir();
  const given = process.env.TEST_DATABASE_URL;
  const server = given === undefined ? await startPostgres({ fsync: true }) : null;
  const options = { owner: 'bench', clock: systemClock, merge: null, onError: fail };
  const url = given ?? server?.url ?? '';
  const stores: Record<string, Store> = {
    SQLite: await createSqliteStore({ ...options, file: join(data.path, 'ultronex.db') }),
    PostgreSQL: await createPostgresStore({ ...options, url, schema: `bench_${process.pid}` }),
  };
  const rows = Object.keys(stores).map((name): Row => ({ name, accepted: [], sent: [] }));
  // The first round warms up, and its messages are sent with the others.
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, store] of Object.entries(stores)) {
      let answered = 0;
      const one = await measure(async () => {
        answered = await accepts(store);
        return answered;
      });
      const missing = answered - (await sends(store));
      if (missing !== 0) throw new Error(`${name}: ${missing} of ${answered} were not sent`);
      await fill(store);
      const two = await measure(() => sends(store));
      if (round === 0) continue;
      const row = rows.find((each) => each.name === name);
      row?.accepted.push(one);
      row?.sent.push(two);
    }
  }
  for (const store of Object.values(stores)) await store.close();
  await server?.stop();
  data.remove();
  return rows;
}

function fail(error: unknown): never {
  throw error;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const rows = await run({ rounds: Number(process.argv[2] ?? 5) });
  const text = ({ median, lowest, highest }: Summary, digits = 0) =>
    `${median.toFixed(digits)} (${lowest.toFixed(digits)}–${highest.toFixed(digits)})`;
  const of = (rates: readonly Rate[], field: keyof Rate) => text(summarize(rates.map((rate) => rate[field])));
  console.table(
    rows.map(({ name, accepted, sent }) => ({
      '': name,
      'accepts/s': of(accepted, 'perSecond'),
      'CPU µs an accept': of(accepted, 'cpuMicros'),
      'sent/s': of(sent, 'perSecond'),
      'CPU µs a sent one': of(sent, 'cpuMicros'),
    })),
  );
  const [sqlite, postgres] = rows as [Row, Row];
  /** Of the same round, because other work changes what the machine gives. */
  const ratio = (part: 'accepted' | 'sent', field: keyof Rate) =>
    text(summarize(postgres[part].map((rate, round) => rate[field] / (sqlite[part][round]?.[field] ?? Number.NaN))), 2);
  console.table([
    { 'PostgreSQL / SQLite': 'accepts', goal: '≥ 0.65', measured: ratio('accepted', 'perSecond') },
    { 'PostgreSQL / SQLite': 'CPU of an accept', goal: '≤ 1.7', measured: ratio('accepted', 'cpuMicros') },
    { 'PostgreSQL / SQLite': 'sent', goal: '', measured: ratio('sent', 'perSecond') },
    { 'PostgreSQL / SQLite': 'CPU of a sent one', goal: '≤ 1.7', measured: ratio('sent', 'cpuMicros') },
  ]);
}
