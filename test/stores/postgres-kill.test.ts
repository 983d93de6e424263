import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { isPostgresInstalled, startPostgres } from '../support/postgres.ts';
import { judge, killServer, type Load, newTally, send, type Tally, work } from '../support/postgres-load.ts';
import { openPostgresStore, untilTaken } from '../support/postgres-stores.ts';

/** Of each test. POSTGRES_KILL_SECONDS=600 for a long run by hand. */
const seconds = Number(process.env.POSTGRES_KILL_SECONDS ?? 7);
const leaseMs = 4_000;
const lanes = 40;

async function rowsOf(url: string, sql: string): Promise<Record<string, number>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows;
}

/** Checks all that has to hold once nothing is under way any more. */
async function check(t: TestContext, url: string, tally: Tally, kills: number): Promise<void> {
  const verdict = judge(tally, leaseMs);
  t.diagnostic(`${JSON.stringify(verdict)} over ${kills} kills`);
  assert.deepEqual(tally.errors, []);
  assert.ok(verdict.acknowledged > 100 && kills > 1, 'there was load, and there were kills');
  const { lost, twice, unmarked, outOfOrder } = verdict;
  assert.deepEqual({ lost, twice, unmarked, outOfOrder }, { lost: 0, twice: 0, unmarked: 0, outOfOrder: 0 });
  const [row] = await rowsOf(
    url,
    `SELECT (SELECT count(*)::int FROM ultronex.deliveries) AS all, (SELECT count(*)::int FROM ultronex.events) AS keys,
       (SELECT count(*)::int FROM ultronex.deliveries WHERE state <> 'sent' OR open = 1) AS unsent,
       (SELECT sum(value)::int FROM ultronex.counters WHERE name = 'total_msg_count') AS counted,
       (SELECT sum(value)::int FROM ultronex.counters WHERE name = 'total_messages_slacked') AS slacked`,
  );
  assert.equal(row?.unsent, 0, 'every delivery reaches an end');
  assert.equal(row?.keys, row?.all, 'each key has acted once');
  assert.equal(row?.counted, row?.all, 'what is counted with a commit is exact');
  assert.equal(row?.slacked, row?.all);
}

if (!isPostgresInstalled()) console.log('# not run without PostgreSQL: kill -9. npm run test:postgres runs it');
else {
  describe('kill -9 under load', () => {
    it('of the server: what two stores acknowledged is sent once and in order', async (t) => {
      const server = await startPostgres({ fsync: true });
      t.after(() => server.stop());
      const stores = [await openPostgresStore(t, server.url), await openPostgresStore(t, server.url)];
      await stores[0]?.install('T1');
      const until = Date.now() + seconds * 1_000;
      let isQuiet = false;
      const load: Load = { isOver: () => isQuiet, tally: newTally() };
      const sending = { ...load, isOver: () => Date.now() > until };
      const senders = Array.from({ length: lanes }, (_, lane) =>
        send(stores[lane % 2] as (typeof stores)[0], `#${lane}`, sending),
      );
      const workers = stores.map((store) => work(store, load, leaseMs));
      const kills = await killServer(server, until);
      await Promise.all(senders);
      isQuiet = true;
      await Promise.all(workers);
      await untilTaken(() => (stores[0] as (typeof stores)[0]).check());
      await check(t, server.url, load.tally, kills);
    });

    it('of instances and of the server: what was acknowledged is sent once and in order', async (t) => {
      const server = await startPostgres({ fsync: true });
      t.after(() => server.stop());
      const first = await openPostgresStore(t, server.url);
      await first.install('T1');
      await first.close();
      const tally = newTally();
      const children = new Set<ChildProcess>();
      t.after(() => {
        for (const child of children) child.kill('SIGKILL');
      });

      /** An instance sends into lanes of its own, so that each lane has one caller. */
      function startInstance(name: string): ChildProcess {
        const args = [server.url, name, String(leaseMs)];
        const child = fork(join(import.meta.dirname, '../support/postgres-instance.ts'), args, {
          execArgv: ['--import', 'tsx'],
          stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        });
        children.add(child);
        child.on('message', (said: Partial<Tally>) => {
          tally.acknowledged.push(...(said.acknowledged ?? []));
          tally.claimed.push(...(said.claimed ?? []));
          tally.errors.push(...(said.errors ?? []));
        });
        child.once('exit', () => children.delete(child));
        return child;
      }

      let started = 0;
      const next = () => {
        started += 1;
        return startInstance(`i${started}`);
      };
      const running = [next(), next(), next()];
      const until = Date.now() + seconds * 1_000;
      let kills = 0;
      while (Date.now() < until) {
        await sleep(1_000 + Math.random() * 1_000);
        kills += 1;
        if (kills % 3 === 0) {
          await server.kill();
          await server.start();
        } else {
          const index = kills % running.length;
          const child = running[index] as ChildProcess;
          const ended = new Promise((resolve) => child.once('exit', resolve));
          child.kill('SIGKILL');
          await ended;
          running[index] = next();
        }
      }
      await Promise.all(
        running.map((child) => {
          const ended = new Promise((resolve) => child.once('exit', resolve));
          child.send('end');
          return ended;
        }),
      );
      // What was claimed by an instance that was killed right after it.
      const last = await openPostgresStore(t, server.url);
      await work(last, { isOver: () => true, tally }, leaseMs);
      await check(t, server.url, tally, kills);
    });
  });
}
