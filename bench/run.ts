/** All benchmarks, one after the other, and what they are measured against. */

import { isPostgresInstalled } from '../test/support/postgres.ts';
import { run as runChecks } from './checks.ts';
import { run as runEvents } from './events.ts';
import { run as runHttp } from './http.ts';
import { run as runInstances, show as showInstances } from './instances.ts';
import { run as runPatterns } from './patterns.ts';
import { run as runStart } from './start.ts';
import { loadTool, machine, type Summary } from './support.ts';
import { runGrowth, runRate, runStart as runTeamsStart } from './teams.ts';

const round = (value: number) => (value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
const spread = ({ median, lowest, highest }: Summary) => `${round(median)} (${round(lowest)}–${round(highest)})`;

console.log(`${machine()}, Node ${process.version}, load by ${loadTool}\n`);

const http = await runHttp();
for (const [title, rows] of [
  ['GET /ultronex/heartbeat, 64 connections', http.heartbeat],
  ['POST /ultronex/slack, 64 connections', http.post],
] as const) {
  console.log(title);
  console.table(
    rows.map((row) => ({
      server: row.name,
      'requests/s': spread(row.perSecond),
      'of bare': round(row.rateOfBare),
      'CPU µs': round(row.cpuMicros),
      'p50 ms': round(row.p50Ms),
      'p99 ms': round(row.p99Ms),
    })),
  );
}
const { answered, stored } = http.ledger;
console.log(`${answered} answered, ${stored} in the ledger; ${round(http.jobsPerCommit)} writes a commit\n`);

const events = await runEvents();
console.log('Events over Socket Mode');
console.table(
  events.rows.map((row) => ({
    'each message': row.kind,
    by: row.name,
    'events a CPU second': spread(row.perCpuSecond),
    'of bare': round(row.cpuOfBare),
    'CPU µs': round(row.cpuMicros),
    'RSS MiB': round(row.rss),
  })),
);
console.log(`${events.ledger.forwarded} forwards, each once in the ledger\n`);

if (isPostgresInstalled()) showInstances(await runInstances());
else console.log('Several instances: not run without PostgreSQL. npm --prefix test/postgres ci installs it\n');

const patterns = await runPatterns();
console.log('1,000 patterns, messages a CPU second');
console.table(patterns.map((row) => ({ ...row, median: round(row.median), timesHubot: round(row.timesHubot) })));

const checks = await runChecks();
console.log('1,000 checks every 60 s');
console.table(
  checks.map((row) => ({
    '': row.name,
    'CPU, % of a core': round(row.cpu),
    'RSS MiB': round(row.rss),
    attempts: row.attempts,
    'drift ms, p99': round(row.driftP99),
    'drift ms, max': round(row.driftMax),
    'POST ms, p50': round(row.postP50),
    'POST ms, p99': round(row.postP99),
  })),
);

const starts = await runStart();
console.log('Start');
console.table(
  starts.map(({ node, workspace, answersMs, rss }) => ({
    node,
    workspace,
    'first answer ms': spread(answersMs),
    'RSS MiB': spread(rss),
  })),
);

const teamsAtStart = await runTeamsStart();
console.log('Workspaces: memory after the start');
console.table(teamsAtStart.map(({ name, node, teams, rss }) => ({ '': name, node, teams, 'RSS MiB': spread(rss) })));
const teamRates = await runRate();
console.log('Workspaces with five patterns each: events in turn, one of ten matches');
console.table(
  teamRates.map(({ name, teams, perSecond, cpuMicros, ofOneTeam }) => ({
    ...{ '': name, teams, 'events/s': spread(perSecond), 'CPU µs': spread(cpuMicros) },
    'rate of one team’s': spread(ofOneTeam),
  })),
);
const growth = await runGrowth();
console.log('2,000 workspaces: heap after a collection');
console.table(
  growth.map(({ name, what, count, before, after }) => ({
    ...{ '': name, count, what, 'before, MiB': round(before), 'after, MiB': round(after) },
  })),
);

const ours = (rows: readonly { name: string; rateOfBare: number }[]) =>
  rows.find(({ name }) => name.startsWith('Ultronex'))?.rateOfBare ?? Number.NaN;
const newest = starts.filter(({ node }) => node === starts.at(-1)?.node);
const memoryAtStart = newest.map(({ node, workspace, rss }) => ({
  what: `RSS at start, MiB, ${node}, ${workspace}`,
  goal: '≤ 110',
  measured: round(rss.median),
}));
const [without, withChecks] = checks;
const goalsOfChecks =
  without === undefined || withChecks === undefined
    ? []
    : [
        { what: '1,000 checks, % of a core', goal: '< 10', measured: round(withChecks.cpu - without.cpu) },
        { what: '1,000 checks, MiB more', goal: '< 40', measured: round(withChecks.rss - without.rss) },
        { what: '1,000 checks, drift, ms', goal: '< 1,000', measured: round(withChecks.driftMax) },
      ];
const worst = (values: readonly number[]) => round(Math.max(...values));
console.log('Goals');
console.table([
  { what: 'heartbeat, of bare node:http', goal: '≥ 0.80', measured: round(ours(http.heartbeat)) },
  { what: 'durable POST, of a bare one that stores nothing', goal: '≥ 0.50', measured: round(ours(http.post)) },
  {
    what: '1,000 patterns, times hubot',
    goal: '≥ 30',
    measured: round(
      Math.min(...patterns.filter(({ name }) => name.startsWith('Ultronex')).map((row) => row.timesHubot)),
    ),
  },
  ...goalsOfChecks,
  ...memoryAtStart,
  ...teamsAtStart
    .filter(({ name, teams }) => /^(SQLite|PostgreSQL)$/.test(name) && teams > 0)
    .map(({ name, node, teams, rss }) => ({
      what: `${teams} workspaces on ${name}, RSS at start, MiB, ${node}`,
      goal: teams === 2_000 ? '≤ 120' : '≤ 200',
      measured: round(rss.median),
    })),
  {
    what: '2,000 workspaces, events a CPU second, of one workspace’s',
    goal: '≥ 0.90',
    measured: round(
      teamRates.find(({ name, teams }) => name === 'Ultronex' && teams > 1)?.ofOneTeam.median ?? Number.NaN,
    ),
  },
  { what: 'first answer, ms', goal: '≤ 1,000', measured: worst(starts.map(({ answersMs }) => answersMs.median)) },
]);
