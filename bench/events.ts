/**
 * Slack's events over Socket Mode: the built program beside bare peers, all on core 0, each with a fake Slack of its own
 * on core 1. Measured is the CPU time of each, not the rate: the fake is slower than the program. Afterwards every message
 * that had to be forwarded must be in the ledger once.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { openDatabase } from '../src/stores/sqlite/driver.ts';
import { type FakeSlack, startFakeSlack } from './fake-slack.ts';
import {
  cpuSeconds,
  login,
  median,
  memory,
  root,
  type Server,
  type Start,
  type Summary,
  startServer,
  summarize,
  tempDir,
} from './support.ts';

export type Kind = 'matches nothing' | 'one forward';

export interface Row {
  name: string;
  kind: Kind;
  /** Events a second of the process's own CPU time. */
  perCpuSecond: Summary;
  cpuMicros: number;
  /** The bare peer's CPU time an event divided by this one's. */
  cpuOfBare: number;
  /** MiB, resident, after the last event of this kind. */
  rss: number;
}

export interface EventsResult {
  rows: Row[];
  ledger: { forwarded: number; stored: number };
}

/** A process that takes events, and the Slack that they come from. */
export interface Taker {
  pid: number;
  /** Sends so many messages and waits until each was acknowledged. Returns the CPU time of the process, µs an event. */
  take(kind: Kind, events: number): Promise<number>;
  /** Numbers of the messages that had to be forwarded. */
  forwarded: number[];
  stop(): Promise<void>;
}

const peers = join(import.meta.dirname, 'peers');
const kinds: Kind[] = ['matches nothing', 'one forward'];
/** Who holds a pattern each; U1 writes. */
const holders = ['U2', 'U3'];
const batch = 50;
const batchesAtOnce = 2;

export async function run({ rounds = 5, events = 10_000 } = {}): Promise<EventsResult> {
  const data = tempDir();
  const ultronex = await startUltronex(root, data.path);
  const takers: [name: string, taker: Taker][] = [
    ['bare WebSocket', await startTaker({ args: [join(peers, 'bare-socket.mjs')], path: '/' }, 2)],
    ['Ultronex', ultronex],
    ['Bolt alone', await startTaker({ args: [join(peers, 'bolt.mjs')], path: '/' }, 1)],
  ];
  try {
    const rows: Row[] = [];
    for (const kind of kinds) rows.push(...(await interleaved(takers, kind, rounds, events)));
    await ultronex.stop();
    return { rows, ledger: checkLedger(data.path, ultronex.forwarded) };
  } finally {
    await Promise.all(takers.map(([, taker]) => taker.stop()));
    data.remove();
  }
}

/** One uncounted round, then each contestant once a round, so that a slow minute of the machine hits all of them. */
async function interleaved(takers: [string, Taker][], kind: Kind, rounds: number, events: number): Promise<Row[]> {
  const micros = takers.map((): number[] => []);
  for (let round = -1; round < rounds; round++) {
    for (const [index, [, taker]] of takers.entries()) {
      const each = await taker.take(kind, events);
      if (round >= 0) micros[index]?.push(each);
    }
  }
  const bare = median(micros[0] ?? []);
  return takers.map(([name, { pid }], index) => {
    const all = micros[index] ?? [];
    const cpuMicros = median(all);
    const perCpuSecond = summarize(all.map((each) => 1e6 / each));
    return { name, kind, perCpuSecond, cpuMicros, cpuOfBare: bare / cpuMicros, rss: memory(pid).rss };
  });
}

/** The program of a checkout, on Slack, with a pattern for each holder. */
export async function startUltronex(dir: string, dataDir: string, args: string[] = []): Promise<Taker> {
  const env = { DATA_DIR: dataDir, BASIC_AUTH_USERNAME: login.user, BASIC_AUTH_PASSWORD: login.password };
  const start = { args: [...args, join(dir, 'dist/main.js')], cwd: dataDir, env, path: '/ultronex/heartbeat' };
  return startTaker(start, 2, async (slack) => {
    const text = (user: string) => `forward kernel panic on ${user.toLowerCase()}`;
    await slack.ask(
      'say?wait=1',
      holders.map((user) => ({ channel: user, user, text: text(user) })),
    );
  });
}

async function startTaker(
  start: Start,
  sockets: number,
  prepare = async (_slack: FakeSlack): Promise<void> => {},
): Promise<Taker> {
  const slack = await startFakeSlack();
  let server: Server;
  try {
    server = await startServer({ ...start, env: { ...start.env, ...slack.env } });
  } catch (error) {
    await slack.stop();
    throw error;
  }
  const stop = async () => {
    await server.stop();
    await slack.stop();
  };
  try {
    while (((await slack.ask('sockets')) as { count: number }).count < sockets) await sleep(10);
    await prepare(slack);
  } catch (error) {
    await stop();
    throw error;
  }
  const forwarded: number[] = [];
  let said = 0;

  function next(kind: Kind): object {
    said += 1;
    const text = `deploy ${said}: all is well, the load is ${said % 97}`;
    if (kind === 'matches nothing') return { channel: 'C1', user: 'U1', text };
    forwarded.push(said);
    const holder = holders[said % holders.length] ?? '';
    return { channel: 'C1', user: 'U1', text: `kernel panic on ${holder.toLowerCase()}, number ${said}.` };
  }

  async function send(kind: Kind, events: number): Promise<void> {
    for (let left = events; left > 0; left -= batch) {
      const messages = Array.from({ length: Math.min(batch, left) }, () => next(kind));
      const answers = (await slack.ask('say?wait=1', messages)) as {
        delivered: { acked: boolean; attempts: number }[];
      }[];
      const once = answers.every(({ delivered: [one] }) => one?.acked && one.attempts === 1);
      if (!once) throw new Error('an event was not acknowledged at its first delivery');
    }
  }

  return {
    pid: server.pid,
    forwarded,
    stop,
    async take(kind, events) {
      const before = cpuSeconds(server.pid);
      await Promise.all(Array.from({ length: batchesAtOnce }, () => send(kind, Math.ceil(events / batchesAtOnce))));
      return ((cpuSeconds(server.pid) - before) * 1e6) / events;
    },
  };
}

/** Reads the ledger of a program that has stopped: each forward is one row, whether it was sent, merged or waits. */
export function checkLedger(dataDir: string, forwarded: readonly number[]): EventsResult['ledger'] {
  const db = openDatabase(join(dataDir, 'ultronex.db'), { readonly: true });
  const texts = db.prepare("SELECT text FROM deliveries WHERE source = 'forward'").pluck().all() as string[];
  db.close();
  const stored = texts.flatMap((text) => /, number (\d+)\./.exec(text)?.[1] ?? []).map(Number);
  const once = new Set(stored);
  const lost = forwarded.filter((number) => !once.has(number));
  if (lost.length > 0)
    throw new Error(`${lost.length} forwards are not in the ledger: ${lost.slice(0, 10).join(', ')} …`);
  if (once.size !== stored.length) throw new Error(`${stored.length - once.size} forwards are in the ledger twice`);
  return { forwarded: forwarded.length, stored: stored.length };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { rows, ledger } = await run();
  console.dir(rows, { depth: 3 });
  console.log(ledger);
}
