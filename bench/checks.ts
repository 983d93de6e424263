/**
 * 1,000 checks every 60 s against a local server: the built program with them and without them, under the same POSTs, and a
 * plain loop of fetch with one interval a check. One after the other on core 0; the server and the POSTs are on core 1.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { authorization, cpuSeconds, login, memory, root, type Server, startServer, tempDir } from './support.ts';

export interface Row {
  name: string;
  /** Share of a core, percent. */
  cpu: number;
  /** MiB at the end. */
  rss: number;
  attempts: number;
  /** How far attempts are from their turns, ms. */
  driftP99: number;
  driftMax: number;
  /** Delay of a POST, ms. */
  postP50: number;
  postP99: number;
}

const checks = 1_000;
const everyMs = 60_000;
/** Time between two POSTs. Milliseconds. */
const postEveryMs = 50;
const peers = join(import.meta.dirname, 'peers');

export async function run({ seconds = 240, warmUpSeconds = 65 } = {}): Promise<Row[]> {
  const measured = { seconds, warmUpSeconds };
  const without = await withUltronex(0, measured);
  return [without, await withUltronex(checks, measured), await withLoop(measured)];
}

interface Measured {
  seconds: number;
  warmUpSeconds: number;
}

async function withUltronex(count: number, measured: Measured): Promise<Row> {
  const [data, target] = [tempDir(), await startTarget()];
  const folder = join(data.path, 'watch');
  mkdirSync(folder);
  const lines = Array.from(
    { length: count },
    (_, index) =>
      `  - { name: check-${index}, http: '${target.url}/check-${index}', expect: { json: { status: up } } }`,
  );
  writeFileSync(join(folder, 'all.yaml'), count === 0 ? '{}\n' : `checks:\n${lines.join('\n')}\n`);
  const server = await startServer({
    args: [join(root, 'dist/main.js')],
    cwd: data.path,
    env: {
      ...{ DATA_DIR: data.path, WATCH_DIR: folder },
      ...{ BASIC_AUTH_USERNAME: login.user, BASIC_AUTH_PASSWORD: login.password },
    },
    path: '/ultronex/heartbeat',
  });
  try {
    return await measure(
      count === 0 ? 'Ultronex without checks' : `Ultronex, ${count} checks`,
      server,
      target,
      measured,
      true,
    );
  } finally {
    await Promise.all([server.stop(), target.stop()]);
    data.remove();
  }
}

async function withLoop(measured: Measured): Promise<Row> {
  const [data, target] = [tempDir(), await startTarget()];
  const server = await startServer({
    args: [join(peers, 'fetch-loop.mjs')],
    env: {
      ...{ TARGET: target.url, CHECKS: String(checks), EVERY_MS: String(everyMs) },
      ...{ FILE: join(data.path, 'loop.db'), ROOT: root },
    },
    path: '/',
  });
  try {
    return await measure('a plain loop of fetch', server, target, measured, false);
  } finally {
    await Promise.all([server.stop(), target.stop()]);
    data.remove();
  }
}

const startTarget = () => startServer({ core: 1, args: [join(peers, 'check-target.mjs')], path: '/heartbeat' });

async function measure(
  name: string,
  server: Server,
  target: Server,
  { seconds, warmUpSeconds }: Measured,
  posts: boolean,
): Promise<Row> {
  await sleep(warmUpSeconds * 1_000);
  const [cpuBefore, began] = [cpuSeconds(server.pid), performance.now()];
  const delays: number[] = [];
  for (const until = began + seconds * 1_000; performance.now() < until; ) {
    if (posts) delays.push(await post(server, delays.length));
    await sleep(postEveryMs);
  }
  const cpu = ((cpuSeconds(server.pid) - cpuBefore) / (performance.now() - began)) * 100_000;
  const times = (await (await fetch(`${target.url}/times`)).json()) as Record<string, number[]>;
  const drifts = Object.values(times).flatMap(([first = 0, ...others]) =>
    others.map((at) => Math.abs(at - first - Math.round((at - first) / everyMs) * everyMs)),
  );
  return {
    ...{ name, cpu, rss: memory(server.pid).rss, attempts: Object.values(times).flat().length },
    ...{ driftP99: quantile(drifts, 0.99), driftMax: quantile(drifts, 1) },
    ...{ postP50: quantile(delays, 0.5), postP99: quantile(delays, 0.99) },
  };
}

async function post({ url }: Server, number: number): Promise<number> {
  const began = performance.now();
  const response = await fetch(`${url}/ultronex/slack`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ msg: { channel: 'general', text: `backup ${number} is done` } }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`a POST was refused: ${response.status} ${text}`);
  return performance.now() - began;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const seconds = Number(process.argv[2] ?? 240);
  console.table(await run({ seconds }));
}
