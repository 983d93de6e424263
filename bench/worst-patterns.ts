/**
 * The worst that patterns can do: 50 users hold 100 patterns each that have as many states as there are texts, and
 * messages and attachments come in that make them show it. Measured are the heartbeat, which must not notice, and memory.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { systemClock } from '../src/domain/clock.ts';
import { createSqliteStore } from '../src/stores/sqlite/store.ts';
import { authorization, login, memory, root, startServer, tempDir } from './support.ts';

export interface WorstResult {
  /** Milliseconds of `GET /ultronex/heartbeat` before any message: what the machine itself does. */
  idleP99: number;
  /** The same while the messages are matched. */
  heartbeatP50: number;
  heartbeatP99: number;
  heartbeatMax: number;
  /** MiB, resident, the most that was seen. */
  rss: number;
  /** Seconds until every message was matched. */
  seconds: number;
  paused: number;
}

/** Two long counts, so that the states multiply; as large as a stored pattern may be. */
const worst = (n: number) => `[01].{${900 + (n % 90)}}[01].{${900 + Math.floor(n / 90)}}[q-z]`;
const bits = (length: number, seed: number) =>
  Buffer.from(Uint8Array.from({ length }, (_, n) => 48 + ((Math.imul(n + seed, 2654435761) >>> 15) & 1)));

export async function run({ users = 50, patterns = 100, messages = 12, attachments = 3 } = {}): Promise<WorstResult> {
  // Before the clock runs: it takes long enough to delay the next question.
  const content = bits(5 << 20, 1);
  const data = tempDir();
  await holdWorst(data.path, users, patterns);
  const env = { DATA_DIR: data.path, BASIC_AUTH_USERNAME: login.user, BASIC_AUTH_PASSWORD: login.password };
  const server = await startServer({ args: [join(root, 'dist/main.js')], env, path: '/ultronex/heartbeat' });
  const began = performance.now();
  const times: number[] = [];
  let rss = 0;
  let over = false;
  const watching = (async () => {
    while (!over) {
      const start = performance.now();
      await (await fetch(`${server.url}/ultronex/heartbeat`)).arrayBuffer();
      times.push(performance.now() - start);
      rss = Math.max(rss, memory(server.pid).rss);
      await sleep(20);
    }
  })();
  try {
    const { channel, user } = await somebody(server.url);
    await sleep(5_000);
    const idle = times.splice(0);
    rss = 0;
    for (let n = 0; n < messages; n++) {
      await call(server.url, 'POST', '/simulator/messages', { channel, user, text: bits(4_000, n).toString() });
      await sleep(250);
    }
    // One file for all: Slack keeps files elsewhere, the simulator in the memory that is measured.
    const { id } = (await call(server.url, 'POST', '/simulator/files?name=bits.txt', content)) as { id: string };
    for (let n = 0; n < attachments; n++) {
      await call(server.url, 'POST', '/simulator/messages', { channel, user, text: 'see file', files: [id] });
    }
    await allMatched(server.url, attachments);
    const seconds = (performance.now() - began) / 1_000;
    over = true;
    await watching;
    const list = (await call(server.url, 'GET', '/track?view=list')) as { subscriptions: { paused?: string }[] };
    const paused = list.subscriptions.filter((each) => each.paused !== undefined).length;
    return {
      idleP99: quantile(idle, 0.99),
      heartbeatP50: quantile(times, 0.5),
      heartbeatP99: quantile(times, 0.99),
      heartbeatMax: quantile(times, 1),
      rss,
      seconds,
      paused,
    };
  } finally {
    over = true;
    await watching.catch(() => {});
    await server.stop();
    data.remove();
  }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** Stored by a version that accepted them: today most are refused. */
export async function holdWorst(folder: string, users: number, patterns: number): Promise<void> {
  const store = await createSqliteStore({
    file: join(folder, 'ultronex.db'),
    owner: 'bench',
    clock: systemClock,
    merge: { backlog: 10, openMs: 600_000 },
    onError(error) {
      throw error;
    },
  });
  const changes = Array.from({ length: users * patterns }, (_, n) => ({
    type: 'subscribe' as const,
    subscription: {
      ...{ id: randomUUID(), team: 'TSIM', user: `U${1_000 + Math.floor(n / patterns)}`, channel: null, createdAt: n },
      pattern: worst(n),
    },
  }));
  await store.accept({ changes });
  await store.close();
}

async function somebody(url: string): Promise<{ channel: string; user: string }> {
  const { channels, users } = (await call(url, 'GET', '/simulator/state')) as {
    channels: { id: string; kind: string }[];
    users: { id: string }[];
  };
  // Direct messages are never matched.
  const channel = channels.find(({ kind }) => kind === 'channel');
  return { channel: channel?.id ?? '', user: users[0]?.id ?? '' };
}

/** Until as many files were looked at: they come last, and a channel's messages keep their order. */
async function allMatched(url: string, files: number): Promise<void> {
  for (let waited = 0; waited < 1_200; waited++) {
    const metrics = String(await call(url, 'GET', '/metrics'));
    const scanned = [...metrics.matchAll(/^ultronex_scans_total\{result="fetched"\} (\d+)/gm)];
    if (scanned.reduce((sum, [, count]) => sum + Number(count), 0) >= files) return;
    await sleep(500);
  }
  throw new Error('the messages were not matched within ten minutes');
}

async function call(url: string, method: string, path: string, body?: object): Promise<unknown> {
  const bytes = Buffer.isBuffer(body);
  const response = await fetch(`${url}${path === '/metrics' ? '' : '/ultronex'}${path}`, {
    method,
    headers: {
      authorization,
      ...(body && { 'content-type': bytes ? 'application/octet-stream' : 'application/json' }),
    },
    body: bytes ? (body as Buffer) : body && JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 200)}`);
  return response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.table([await run()]);
