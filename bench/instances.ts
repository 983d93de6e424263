/**
 * Several instances of the built program on one PostgreSQL, beside one on SQLite: accepted POSTs a second, and events of Slack that
 * cause a forward. Nothing is pinned to a core: programs, database and load share the machine, as they do in life. In turns, so that
 * all meet the same machine; what is not measured does not run. `npm --prefix test/postgres ci && node --import tsx bench/instances.ts [ROUNDS]`
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runSql, startPostgres } from '../test/support/postgres.ts';
import { type FakeSlack, startFakeSlack } from './fake-slack.ts';
import { makeChannels } from './http.ts';
import { load } from './load.ts';
import {
  authorization,
  cpuSeconds,
  login,
  root,
  type Server,
  type Summary,
  startServer,
  summarize,
  tempDir,
} from './support.ts';

interface Rate {
  perSecond: number;
  /** Of all instances, for each that was taken. */
  cpuMicros: number;
  /** Of the load generator, or of the fake Slack: near 1 it was the bottleneck, since it has one thread. NaN: not known. */
  coresOfLoad: number;
  /** Of the machine, for everything that ran meanwhile. Near the number of its cores, further instances cannot make it faster. */
  coresOfAll: number;
}

export interface Row {
  name: string;
  /** In rounds. */
  posts: Rate[];
  events: Rate[];
}

interface Site {
  name: string;
  instances: Server[];
  slack: FakeSlack | null;
  close(): Promise<void>;
}

const holders = ['U2', 'U3'];
const connections = 64;
const eventsAtOnce = 4;
const eventsOfBatch = 25;

/** How many instances, and on what. */
const kinds = [
  { name: 'SQLite', count: 1, isShared: false },
  ...[1, 2, 3].map((count) => ({ name: `PostgreSQL, ${count}`, count, isShared: true })),
];
let opened = 0;

/** Starts the programs of a site on a new store. @param withSlack whether events come from a fake Slack */
async function open(postgres: string, { name, count, isShared }: (typeof kinds)[0], withSlack: boolean): Promise<Site> {
  const data = tempDir();
  const slack = withSlack ? await startFakeSlack(null) : null;
  const instances: Server[] = [];
  const site: Site = {
    ...{ name, slack, instances },
    async close() {
      await Promise.all(instances.map((each) => each.stop()));
      await slack?.stop();
      data.remove();
    },
  };
  try {
    opened += 1;
    const database = `bench_${opened}`;
    if (isShared) await runSql(postgres, [`CREATE DATABASE ${database}`]);
    for (let index = 0; index < count; index += 1) {
      const env = {
        ...{ DATA_DIR: join(data.path, String(index)), LOG_LEVEL: 'error', ...slack?.env },
        ...{ BASIC_AUTH_USERNAME: login.user, BASIC_AUTH_PASSWORD: login.password },
        ...(isShared && { DATABASE_URL: Object.assign(new URL(postgres), { pathname: `/${database}` }).href }),
      };
      const args = [join(root, 'dist/main.js')];
      instances.push(await startServer({ args, cwd: data.path, env, path: '/ultronex/heartbeat', core: null }));
    }
    if (slack === null) for (const each of instances) await makeChannels(each);
    else await track(site, slack);
    return site;
  } catch (error) {
    await site.close();
    throw error;
  }
}

async function track({ instances }: Site, slack: FakeSlack): Promise<void> {
  const sockets = async () => ((await slack.ask('sockets')) as { count: number }).count;
  while ((await sockets()) < 2 * instances.length) await new Promise((resolve) => setTimeout(resolve, 50));
  for (const user of holders) {
    const response = await fetch(`${instances[0]?.url}/ultronex/track`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ pattern: `kernel panic on ${user}`, user }),
    });
    if (response.status !== 201) throw new Error(`track: ${response.status} ${await response.text()}`);
  }
  // Another instance knows it within a second.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
}

/** Seconds in which cores of the machine were busy since it was started (proc_stat(5): user, nice, system, irq, softirq). */
function busySeconds(): number {
  const [, user, nice, system, , , irq, softirq] = readFileSync('/proc/stat', 'utf8').split(/\s+/, 8).map(Number);
  return [user, nice, system, irq, softirq].reduce<number>((total, ticks) => total + (ticks ?? 0), 0) / ticksASecond;
}
const ticksASecond = 100;

async function posts({ instances }: Site, seconds: number): Promise<Rate> {
  const [busyBefore, began] = [busySeconds(), performance.now()];
  const loads = await Promise.all(
    instances.map((server) => {
      const target = { server, path: '/ultronex/slack', method: 'POST', core: null } as const;
      return load({ ...target, connections: Math.floor(connections / instances.length) }, seconds);
    }),
  );
  const sum = (of: (loaded: (typeof loads)[0]) => number) => loads.reduce((total, loaded) => total + of(loaded), 0);
  if (sum(({ refused }) => refused) > 0) throw new Error('requests were refused');
  const answered = sum((loaded) => loaded.answered);
  return {
    perSecond: sum(({ perSecond }) => perSecond),
    cpuMicros: sum(({ cpuMicros, answered }) => cpuMicros * answered) / answered,
    // Each load is a process; the busiest one tells.
    coresOfLoad: Math.max(...loads.map(({ loadCpuSeconds }) => loadCpuSeconds / seconds)),
    coresOfAll: ((busySeconds() - busyBefore) * 1_000) / (performance.now() - began),
  };
}

let said = 0;

async function events({ instances, slack }: Site, count: number): Promise<Rate> {
  if (slack === null) throw new Error('no Slack');
  const cpu = () => instances.reduce((total, { pid }) => total + cpuSeconds(pid), 0);
  const [before, slackBefore, busyBefore, began] = [cpu(), cpuSeconds(slack.pid), busySeconds(), performance.now()];
  async function say(batches: number): Promise<void> {
    for (let left = batches; left > 0; left -= 1) {
      const messages = Array.from({ length: eventsOfBatch }, () => {
        said += 1;
        return {
          channel: 'C1',
          user: 'U1',
          text: `kernel panic on ${holders[said % holders.length]}, number ${said}.`,
        };
      });
      const answers = (await slack?.ask('say?wait=1', messages)) as { delivered: { acked: boolean }[] }[];
      if (!answers.every(({ delivered: [one] }) => one?.acked)) throw new Error('an event was not acknowledged');
    }
  }
  const batches = Math.ceil(count / eventsOfBatch / eventsAtOnce);
  await Promise.all(Array.from({ length: eventsAtOnce }, () => say(batches)));
  const seconds = (performance.now() - began) / 1_000;
  const taken = batches * eventsOfBatch * eventsAtOnce;
  return {
    perSecond: taken / seconds,
    cpuMicros: ((cpu() - before) * 1e6) / taken,
    coresOfLoad: (cpuSeconds(slack.pid) - slackBefore) / seconds,
    coresOfAll: (busySeconds() - busyBefore) / seconds,
  };
}

/** Nothing but the measured site runs: it is started for each measurement, and warms up first. */
export async function run({ rounds = 5, seconds = 3, eventCount = 2_000 } = {}): Promise<Row[]> {
  const server = await startPostgres({ fsync: true });
  const rows = kinds.map(({ name }): Row => ({ name, posts: [], events: [] }));
  async function inTurns(part: 'posts' | 'events', measure: (site: Site) => Promise<Rate>): Promise<void> {
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, kind] of kinds.entries()) {
        const site = await open(server.url, kind, part === 'events');
        try {
          await measure(site);
          rows[index]?.[part].push(await measure(site));
        } finally {
          await site.close();
        }
      }
    }
  }
  try {
    await inTurns('posts', (site) => posts(site, seconds));
    await inTurns('events', (site) => events(site, eventCount));
  } finally {
    await server.stop();
  }
  return rows;
}

const text = ({ median, lowest, highest }: Summary, digits = 0) =>
  `${median.toFixed(digits)} (${lowest.toFixed(digits)}–${highest.toFixed(digits)})`;

/** Medians with the lowest and the highest, and ratios of the same round: other work changes what the machine gives. */
export function show(rows: readonly Row[]): void {
  const of = (rates: readonly Rate[], field: keyof Rate, digits = 0) =>
    text(summarize(rates.map((rate) => rate[field])), digits);
  console.log('One instance on SQLite, and several on one PostgreSQL');
  console.table(
    rows.map(({ name, posts, events }) => ({
      '': name,
      'POSTs/s': of(posts, 'perSecond'),
      'CPU µs a POST': of(posts, 'cpuMicros'),
      'cores of its load': of(posts, 'coresOfLoad', 2),
      'cores of all': of(posts, 'coresOfAll', 2),
      'events/s': of(events, 'perSecond'),
      'CPU µs an event': of(events, 'cpuMicros'),
      'cores of the fake Slack': of(events, 'coresOfLoad', 2),
      ' cores of all': of(events, 'coresOfAll', 2),
    })),
  );
  const [sqlite, one, two, three] = rows as [Row, Row, Row, Row];
  const ratio = (a: Row, b: Row, part: 'posts' | 'events', field: keyof Rate) =>
    text(summarize(a[part].map((rate, round) => rate[field] / (b[part][round]?.[field] ?? Number.NaN))), 2);
  console.table([
    { ratio: 'POSTs, PostgreSQL / SQLite', goal: '≥ 0.65', measured: ratio(one, sqlite, 'posts', 'perSecond') },
    { ratio: 'POSTs, 2 instances / 1', goal: '≥ 1.35', measured: ratio(two, one, 'posts', 'perSecond') },
    { ratio: 'POSTs, 3 instances / 1', goal: '', measured: ratio(three, one, 'posts', 'perSecond') },
    { ratio: 'CPU of a POST, PostgreSQL / SQLite', goal: '≤ 1.7', measured: ratio(one, sqlite, 'posts', 'cpuMicros') },
    { ratio: 'events, PostgreSQL / SQLite', goal: '', measured: ratio(one, sqlite, 'events', 'perSecond') },
    { ratio: 'events, 2 instances / 1', goal: '', measured: ratio(two, one, 'events', 'perSecond') },
    { ratio: 'events, 3 instances / 1', goal: '', measured: ratio(three, one, 'events', 'perSecond') },
    {
      ratio: 'CPU of an event, PostgreSQL / SQLite',
      goal: '≤ 1.7',
      measured: ratio(one, sqlite, 'events', 'cpuMicros'),
    },
  ]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  show(await run({ rounds: Number(process.argv[2] ?? 5) }));
