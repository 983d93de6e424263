/**
 * Thousands of workspaces: memory at the start, events a second of one team and of 2,000, and the heap after many events and token
 * rotations. Beside it Bolt's own App with an InstallationStore in memory.
 * `node --import tsx bench/teams.ts [start|rate|growth …]`; with PostgreSQL too after `npm --prefix test/postgres ci`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { isPostgresInstalled, startPostgres } from '../test/support/postgres.ts';
import { prepareNode24 } from './node24.ts';
import { sendAll, signedRequests } from './signed-events.ts';
import { startSlackStub } from './slack-stub.ts';
import { cpuSeconds, machine, memory, type Server, type Summary, summarize, tempDir } from './support.ts';
import { filled, type Running, startBolt, startUltronex } from './teams-program.ts';

/** After the first response. By then the program has counted the installations and opened each token once. */
const settleMs = 4_000;

export interface StartRow {
  name: string;
  node: string;
  teams: number;
  /** MiB. */
  rss: Summary;
}

export interface RateRow {
  name: string;
  teams: number;
  /** Whether Slack answers what the program sends. If not, nothing is sent meanwhile, by one team and by many. */
  slack: 'answers' | 'hangs';
  perSecond: Summary;
  cpuMicros: Summary;
  /** CPU time with one team ÷ this one's, of the same round. */
  ofOneTeam: Summary;
}

export interface GrowthRow {
  name: string;
  what: string;
  count: number;
  /** MiB after a collection: before, and after. */
  before: number;
  after: number;
}

export async function runStart({ rounds = 3, counts = [0, 2_000, 10_000] } = {}): Promise<StartRow[]> {
  const slack = await startSlackStub();
  const nodes = [process.execPath, prepareNode24()?.node].filter((each) => each !== undefined);
  const postgres = isPostgresInstalled() ? await startPostgres() : null;
  const rows: { name: string; node: string; teams: number; start(): Promise<Server> }[] = [];
  const folders: ReturnType<typeof tempDir>[] = [];
  for (const teams of counts) {
    for (const patterns of teams === 2_000 ? [false, true] : [false]) {
      const data = tempDir();
      folders.push(data);
      await filled({ dataDir: data.path }, teams, patterns);
      for (const node of nodes) {
        const name = patterns ? 'SQLite, 5 patterns each' : 'SQLite';
        rows.push({ name, node, teams, start: () => startUltronex(slack, { dataDir: data.path }, node) });
      }
    }
    if (postgres !== null && teams > 0) {
      const data = tempDir();
      folders.push(data);
      const url = await newDatabase(postgres.url, `teams${teams}`);
      await filled({ url }, teams, false);
      for (const node of nodes) {
        const place = { dataDir: data.path, url };
        rows.push({ name: 'PostgreSQL', node, teams, start: () => startUltronex(slack, place, node) });
      }
    }
    for (const node of nodes) {
      rows.push({ name: 'Bolt', node, teams, start: () => startBolt(slack, teams, false, node) });
    }
  }
  const measured = rows.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, row] of rows.entries()) {
      const server = await row.start();
      await sleep(settleMs);
      measured[index]?.push(memory(server.pid).rss);
      await server.stop();
    }
  }
  await slack.stop();
  await postgres?.stop();
  for (const each of folders) each.remove();
  const version = (node: string) => (node === process.execPath ? process.version : 'v24');
  return rows.map(({ name, node, teams }, index) => ({
    ...{ name, node: version(node), teams },
    rss: summarize(measured[index] ?? []),
  }));
}

async function newDatabase(url: string, name: string): Promise<string> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const made = new URL(url);
  made.pathname = `/${name}`;
  return made.href;
}

let said = 0;

/** Messages of T1 to Tn in turn. Every `oneIn`th matches a pattern of its team. */
function messages(count: number, teams: number, oneIn = Number.POSITIVE_INFINITY) {
  return Array.from({ length: count }, () => {
    said += 1;
    const team = `T${1 + (said % teams)}`;
    const text =
      said % oneIn === 0
        ? `${team.toLowerCase()}db3 is full, number ${said}.`
        : `deploy ${said} of the shop: all is well, the load is ${said % 97}`;
    return { team, channel: `C${said % 7}`, user: 'U1', text };
  });
}

export async function runRate({ rounds = 9, events = 10_000, many = 2_000, oneIn = 10 } = {}): Promise<RateRow[]> {
  const slack = await startSlackStub();
  const places = [tempDir(), tempDir()];
  for (const [index, teams] of [1, many].entries()) await filled({ dataDir: places[index]?.path ?? '' }, teams, true);
  const contestants: { name: string; teams: number; server: Running }[] = [];
  for (const [index, teams] of [1, many].entries()) {
    const dataDir = places[index]?.path ?? '';
    contestants.push({ name: 'Ultronex', teams, server: await startUltronex(slack, { dataDir }) });
  }
  for (const teams of [1, many]) contestants.push({ name: 'Bolt', teams, server: await startBolt(slack, teams) });
  const kinds = (['answers', 'hangs'] as const).flatMap((kind) =>
    contestants.map((contestant) => ({
      ...{ ...contestant, slack: kind },
      taken: [] as { perSecond: number; cpuMicros: number }[],
    })),
  );
  for (let round = 0; round < rounds; round += 1) {
    for (const { server, teams, slack: kind, taken } of kinds) {
      // Not counted: each team once, which loads it, and reads its token again if the rounds of the others took a minute.
      await sendAll(server.url, signedRequests(messages(teams, teams)));
      const requests = signedRequests(messages(events, teams, oneIn));
      const goOn = kind === 'hangs' ? slack.hang() : () => {};
      const [began, cpu] = [performance.now(), cpuSeconds(server.pid)];
      await sendAll(server.url, requests);
      const seconds = (performance.now() - began) / 1_000;
      const cpuMicros = ((cpuSeconds(server.pid) - cpu) * 1e6) / events;
      goOn();
      taken.push({ perSecond: events / seconds, cpuMicros });
    }
  }
  for (const { server } of contestants) await server.stop();
  await slack.stop();
  for (const each of places) each.remove();
  return kinds.map(({ name, teams, slack: kind, taken }, index) => {
    const one = kinds[index - (index % 2)]?.taken ?? [];
    return {
      ...{ name, teams, slack: kind },
      perSecond: summarize(taken.map((each) => each.perSecond)),
      cpuMicros: summarize(taken.map((each) => each.cpuMicros)),
      ofOneTeam: summarize(taken.map((each, round) => (one[round]?.cpuMicros ?? Number.NaN) / each.cpuMicros)),
    };
  });
}

/** Heaps after a collection, before and after so many events of 2,000 teams; and of Bolt while each event renews a token. */
export async function runGrowth({ events = 200_000, rotations = 20_000, many = 2_000 } = {}): Promise<GrowthRow[]> {
  const slack = await startSlackStub();
  const data = tempDir();
  await filled({ dataDir: data.path }, many, true);
  const rows: GrowthRow[] = [];

  async function sendInTurn(server: Running, count: number): Promise<void> {
    const batch = 10_000;
    for (let left = count; left > 0; left -= batch) {
      await sendAll(server.url, signedRequests(messages(Math.min(batch, left), many)));
    }
  }

  async function grow(name: string, what: string, server: Running, count: number, warmUp = 20_000): Promise<void> {
    await sendInTurn(server, warmUp);
    const before = (await server.heap()) / 1_048_576;
    await sendInTurn(server, count);
    rows.push({ name, what, count, before, after: (await server.heap()) / 1_048_576 });
    await server.stop();
  }

  // It remembers up to 200,000 events, to tell repeated ones.
  await grow('Ultronex', 'events', await startUltronex(slack, { dataDir: data.path }), events, 200_000);
  await grow('Bolt', 'events', await startBolt(slack, many), events);
  await grow('Bolt', 'token rotations', await startBolt(slack, many, true), rotations);
  await slack.stop();
  data.remove();
  return rows;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const parts = process.argv.slice(2);
  const asked = (part: string) => parts.length === 0 || parts.includes(part);
  console.log(`${machine()}, Node ${process.version}`);
  const flat = (rows: readonly object[]) =>
    rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          typeof value === 'object'
            ? `${value.median.toFixed(2)} (${value.lowest.toFixed(2)}–${value.highest.toFixed(2)})`
            : value,
        ]),
      ),
    );
  if (asked('start')) console.table(flat(await runStart()));
  if (asked('rate')) console.table(flat(await runRate()));
  if (asked('growth')) console.table(flat(await runGrowth()));
  process.exit(0);
}
