/**
 * The built program beside bare peers, all as child processes on core 0, asked in turn by the same load on core 1.
 * The outbox works while messages come in, as it does in life; afterwards every message answered must be in the ledger.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openDatabase } from '../src/stores/sqlite/driver.ts';
import { type Loaded, load, type Target } from './load.ts';
import {
  authorization,
  login,
  median,
  root,
  type Server,
  type Summary,
  startServer,
  summarize,
  tempDir,
} from './support.ts';

export interface Row {
  name: string;
  perSecond: Summary;
  cpuMicros: number;
  p50Ms: number;
  p99Ms: number;
  /** Medians, of this rate to that of the bare peer asked in the same rounds. */
  rateOfBare: number;
  /** The bare peer's CPU time a request divided by this one's. */
  cpuOfBare: number;
}

export interface HttpResult {
  heartbeat: Row[];
  post: Row[];
  ledger: { answered: number; stored: number; checkedIds: number };
  /** Writes that shared a commit, on average. */
  jobsPerCommit: number;
}

const peers = join(import.meta.dirname, 'peers');
const channels = Array.from({ length: 50 }, (_, index) => `c${index + 1}`);

export async function run({ rounds = 7, seconds = 3 } = {}): Promise<HttpResult> {
  const data = tempDir();
  const ultronex = await startUltronex(data.path);
  const bare = await startServer({ args: [join(peers, 'bare-http.mjs')], path: '/heartbeat' });
  const fastify = await startServer({ args: [join(peers, 'fastify.mjs')], path: '/heartbeat' });
  try {
    await makeChannels(ultronex);
    await sameAnswer(ultronex, bare);
    const heartbeat = await interleaved(rounds, seconds, [
      ['bare node:http', { server: bare, path: '/heartbeat', method: 'GET' }],
      ['Ultronex', { server: ultronex, path: '/ultronex/heartbeat', method: 'GET' }],
      ['Fastify alone', { server: fastify, path: '/heartbeat', method: 'GET' }],
    ]);
    const post = await interleaved(rounds, seconds, [
      ['bare node:http, stores nothing', { server: bare, path: '/slack', method: 'POST' }],
      ['Ultronex, durable', { server: ultronex, path: '/ultronex/slack', method: 'POST' }],
      ['Fastify alone, stores nothing', { server: fastify, path: '/slack', method: 'POST' }],
    ]);
    const ids = await postSome(ultronex, 500);
    const jobsPerCommit = await readJobsPerCommit(ultronex);
    await ultronex.stop();
    const answered = sum(post.durable) + ids.length;
    const ledger = checkLedger(join(data.path, 'ultronex.db'), answered, ids, rounds + 1);
    return { heartbeat: heartbeat.rows, post: post.rows, ledger, jobsPerCommit };
  } finally {
    await Promise.all([ultronex.stop(), bare.stop(), fastify.stop()]);
    data.remove();
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function startUltronex(dataDir: string): Promise<Server> {
  return startServer({
    args: [join(root, 'dist/main.js')],
    cwd: dataDir,
    env: { DATA_DIR: dataDir, BASIC_AUTH_USERNAME: login.user, BASIC_AUTH_PASSWORD: login.password },
    path: '/ultronex/heartbeat',
  });
}

/** One uncounted round, then each contestant once a round, so that a slow minute of the machine hits all of them. */
async function interleaved(rounds: number, seconds: number, contestants: [name: string, target: Target][]) {
  const results = contestants.map((): Loaded[] => []);
  const answered: number[] = [];
  for (let round = -1; round < rounds; round++) {
    for (const [index, [name, target]] of contestants.entries()) {
      const loaded = await load(target, seconds);
      if (loaded.refused > 0) throw new Error(`${name}: ${loaded.refused} requests were refused`);
      if (name.startsWith('Ultronex')) answered.push(loaded.answered);
      if (round >= 0) results[index]?.push(loaded);
    }
  }
  const of = (all: Loaded[] | undefined, field: keyof Loaded) => (all ?? []).map((each) => each[field]);
  const [bare] = results;
  const rows = contestants.map(([name], index): Row => {
    const all = results[index];
    const perSecond = summarize(of(all, 'perSecond'));
    const cpuMicros = median(of(all, 'cpuMicros'));
    return {
      name,
      perSecond,
      cpuMicros,
      p50Ms: median(of(all, 'p50Ms')),
      p99Ms: median(of(all, 'p99Ms')),
      rateOfBare: perSecond.median / median(of(bare, 'perSecond')),
      cpuOfBare: median(of(bare, 'cpuMicros')) / cpuMicros,
    };
  });
  return { rows, durable: answered };
}

/** The peers must send what we send: status, headers and body, but for the date. */
async function sameAnswer(ultronex: Server, bare: Server): Promise<void> {
  const [ours, theirs] = await Promise.all([
    shown(`${ultronex.url}/ultronex/heartbeat`),
    shown(`${bare.url}/heartbeat`),
  ]);
  if (ours !== theirs) throw new Error(`the bare peer answers other bytes:\n${theirs}\nUltronex:\n${ours}`);
}

async function shown(url: string): Promise<string> {
  const response = await fetch(url);
  const headers = [...response.headers].filter(([name]) => name !== 'date').sort();
  return JSON.stringify([response.status, headers, await response.text()]);
}

/** The simulator refuses channels it does not have; then there would be nothing for the outbox to do. */
export async function makeChannels({ url }: Server): Promise<void> {
  for (const name of channels) {
    const response = await fetch(`${url}/ultronex/simulator/channels`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name }),
    });
    if (response.status !== 201) throw new Error(`no channel ${name}: ${response.status} ${await response.text()}`);
  }
}

async function postSome({ url }: Server, count: number): Promise<string[]> {
  const one = async (_: unknown, n: number) => {
    const response = await fetch(`${url}/ultronex/slack`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ msg: { channel: `#c${(n % 50) + 1}`, text: `number ${n}` } }),
    });
    return ((await response.json()) as { id: string }).id;
  };
  return Promise.all(Array.from({ length: count }, one));
}

async function readJobsPerCommit({ url }: Server): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const value = (name: string) => Number(text.match(new RegExp(`^${name} (\\S+)$`, 'm'))?.[1]);
  return value('ultronex_store_commit_jobs_total') / value('ultronex_store_commit_seconds_count');
}

/** Each answer with 200 is a row; a run may leave one more for each connection that it cut. */
function checkLedger(file: string, answered: number, ids: readonly string[], runs: number) {
  const db = openDatabase(file, { readonly: true });
  const stored = db.prepare('SELECT count(*) FROM deliveries').pluck().get() as number;
  const find = db.prepare('SELECT 1 FROM deliveries WHERE id = ?').pluck();
  const missing = ids.filter((id) => find.get(id) !== 1);
  db.close();
  if (missing.length > 0) throw new Error(`answered but not in the ledger: ${missing.join(', ')}`);
  if (stored < answered || stored > answered + 64 * runs)
    throw new Error(`${answered} answered, ${stored} in the ledger`);
  return { answered, stored, checkedIds: ids.length };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { heartbeat, post, ...rest } = await run();
  console.dir({ heartbeat, post, ...rest }, { depth: 4 });
}
