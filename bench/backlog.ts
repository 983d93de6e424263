/**
 * What one channel with 100,000 waiting costs the others: the time of a claim of all channels that are due, and of the
 * numbers that the gauges ask for every two seconds. In process, on the store itself.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inSlack } from '../src/domain/destination.ts';
import { similarKey } from '../src/domain/text.ts';
import type { Claimed } from '../src/ports/outbox-store.ts';
import { createIds } from '../src/stores/sqlite/ids.ts';
import { createSqliteStore } from '../src/stores/sqlite/store.ts';
import { type Summary, summarize, tempDir } from './support.ts';

export interface BacklogResult {
  waiting: number;
  claimMs: Summary;
  countMs: Summary;
}

export async function run({ waiting = 100_000, channels = 31, rounds = 15 } = {}): Promise<BacklogResult[]> {
  return [await measure(0, channels, rounds), await measure(waiting, channels, rounds)];
}

async function measure(waiting: number, channels: number, rounds: number): Promise<BacklogResult> {
  const data = tempDir();
  const newId = createIds();
  let now = Date.now();
  const store = await createSqliteStore({
    file: join(data.path, 'ultronex.db'),
    owner: 'bench',
    clock: { now: () => now, after: () => () => {} },
    merge: { backlog: 10, openMs: 600_000 },
    onError(error) {
      throw error;
    },
  });
  const post = (channel: string, n: number) => {
    const id = newId();
    // No text twice, so that nothing is merged away and every claim has to look at all it may.
    const text = `${channel} ${n.toString(36).replace(/\d/g, (digit) => String.fromCharCode(103 + Number(digit)))}`;
    const shown = {
      text,
      attachments: [],
      source: 'api' as const,
      trace: id.slice(0, 8),
      similarKey: similarKey(text),
    };
    return store.accept({
      deliveries: [{ id, team: 'T', destination: inSlack(channel), ...shown, createdAt: now, expiresAt: now + 3.6e6 }],
    });
  };
  for (let from = 0; from < waiting; from += 1_000) {
    await Promise.all(Array.from({ length: 1_000 }, (_, n) => post('#flood', from + n)));
  }
  const claimMs: number[] = [];
  const countMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await Promise.all(Array.from({ length: channels }, (_, n) => post(`#c${n}`, round)));
    let claimed: Claimed[] = [];
    const claim = async () => {
      claimed = await store.claim(now, 1_000, channels + 1);
    };
    claimMs.push(await timed(claim));
    if (claimed.length !== channels + Math.min(waiting, 1)) throw new Error(`${claimed.length} were claimed`);
    countMs.push(await timed(async () => store.backlog()));
    const slack = { channel: 'C1', ts: String(round), permalink: null };
    const sent = { to: 'sent', slack, uploaded: 0, readyAt: now, tat: now } as const;
    await Promise.all(claimed.map(({ delivery }) => store.settle(delivery, sent, now)));
    now += 1_000;
  }
  await store.close();
  data.remove();
  return { waiting, claimMs: summarize(claimMs), countMs: summarize(countMs) };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.dir(await run(), { depth: 3 });
