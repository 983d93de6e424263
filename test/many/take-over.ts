import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** How long what a killed instance had was nobody's, seconds. */
export interface TakeOver {
  /** Until the first of its messages was settled by another one; absent: it had none. */
  first?: number;
  /** Until the last one was; absent also when others that were killed had some of them, too. */
  last?: number;
  /** Until all its tasks were another one's; absent: it had none. */
  tasks?: number;
}

/** A living instance settles what it has leased within this time. Milliseconds. */
const settledWithinMs = 3_000;
const lookEveryMs = 200;
const givenUpMs = 90_000;

/** Watches in the database what becomes of leases after a kill. */
export function watchTakeOvers(url: string) {
  const dead = new Set<string>();
  const watches: Promise<void>[] = [];
  const results: TakeOver[] = [];

  /** A connection for each question: the database is killed, too. */
  async function ask<T>(sql: string, values: unknown[] = []): Promise<T[]> {
    for (const until = Date.now() + givenUpMs; ; ) {
      const client = new pg.Client({ connectionString: url });
      client.on('error', () => {});
      try {
        await client.connect();
        return (await client.query(sql, values)).rows as T[];
      } catch (error) {
        if (Date.now() > until) throw error;
        await sleep(lookEveryMs);
      } finally {
        await client.end().catch(() => {});
      }
    }
  }

  const leased = () =>
    ask<{ owner: string; id: string; lane: string }>(
      `SELECT l.lease_owner AS owner, d.id, l.id AS lane FROM ultronex.lanes l JOIN ultronex.deliveries d ON d.lane = l.id
       WHERE l.lease_owner IS NOT NULL AND d.open = 1 AND d.state = 'sending'`,
    );

  async function follow(killedAt: number): Promise<void> {
    const before = (await leased()).filter(({ owner }) => !dead.has(owner));
    await sleep(settledWithinMs);
    const still = new Set((await leased()).map(({ id, owner }) => `${id} ${owner}`));
    const left = before.filter(({ id, owner }) => still.has(`${id} ${owner}`));
    const owner = left[0]?.owner;
    if (owner === undefined) return;
    dead.add(owner);
    const result: TakeOver = {};
    results.push(result);
    await Promise.all([
      followMessages(
        result,
        left.filter((each) => each.owner === owner).map(({ id }) => id),
        killedAt,
      ),
      followTasks(result, owner, killedAt),
    ]);
  }

  async function followMessages(result: TakeOver, ids: readonly string[], killedAt: number): Promise<void> {
    for (;;) {
      // The programs' clock is this process's.
      const [row] = await ask<{ ended: number; first: number; last: number }>(
        `SELECT count(*)::int AS ended, min(updated_at) AS first, max(updated_at) AS last
         FROM ultronex.deliveries WHERE id = ANY($1) AND open = 0`,
        [ids],
      );
      if (row !== undefined && row.ended > 0) {
        result.first = (row.first - killedAt) / 1_000;
        if (row.ended === ids.length) {
          result.last = (row.last - killedAt) / 1_000;
          return;
        }
      }
      // The next instance may be killed with some of them, so that only the first one has a bound.
      if (Date.now() - killedAt > givenUpMs) {
        if (result.first !== undefined) return;
        throw new Error(`${ids.length} messages of a killed instance are not settled`);
      }
      await sleep(lookEveryMs);
    }
  }

  async function followTasks(result: TakeOver, owner: string, killedAt: number): Promise<void> {
    const had = () => ask<{ name: string }>('SELECT name FROM ultronex.leases WHERE owner = $1', [owner]);
    if ((await had()).length === 0) return;
    while ((await had()).length > 0) {
      if (Date.now() - killedAt > givenUpMs) throw new Error('tasks of a killed instance are not taken over');
      await sleep(lookEveryMs);
    }
    result.tasks = (Date.now() - killedAt) / 1_000;
  }

  return {
    /** How long the database must be left alone after a kill, so that the owner of leases can be told. Milliseconds. */
    quietMs: settledWithinMs + 500,
    /** Call right after kill -9 of an instance. */
    killed(): void {
      const watch = follow(Date.now());
      watch.catch(() => {});
      watches.push(watch);
    },
    /** Deliveries that have not come to their end. */
    async open(): Promise<number> {
      const [row] = await ask<{ open: number }>('SELECT count(*)::int AS open FROM ultronex.deliveries WHERE open = 1');
      return row?.open ?? 0;
    },
    /** Resolves when all that killed instances had is another one's. */
    async results(): Promise<TakeOver[]> {
      await Promise.all(watches);
      return results;
    },
  };
}
