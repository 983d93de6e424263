import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** How long the messages of a killed instance were nobody's, seconds. */
export interface TakeOver {
  /** Until another one had leased or settled the first of its messages. */
  first: number;
  /** Until the last one was settled; absent when it was not while they were followed. */
  last?: number;
}

/** A living instance settles what it has leased within this time. Milliseconds. */
const settledWithinMs = 3_000;
const lookEveryMs = 200;
/** Of a task, see src/domain/lease.ts. */
const taskLeaseMs = 20_000;
/** The database is asked again for so long. */
const givenUpMs = 90_000;

/**
 * Watches in the database what becomes of leases after a kill.
 * @param followS how long the messages of a killed instance are followed, seconds
 */
export function watchTakeOvers(url: string, followS: number) {
  const dead = new Set<string>();
  const watches: Promise<void>[] = [];
  const messages: TakeOver[] = [];
  const tasks: number[] = [];
  let isOver = false;

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
    const result: TakeOver = { first: Number.POSITIVE_INFINITY };
    messages.push(result);
    const ids = left.filter((each) => each.owner === owner).map(({ id }) => id);
    await followMessages(result, ids, owner, killedAt);
  }

  async function followMessages(
    result: TakeOver,
    ids: readonly string[],
    owner: string,
    killedAt: number,
  ): Promise<void> {
    const passed = () => (Date.now() - killedAt) / 1_000;
    while (result.last === undefined && passed() < followS) {
      const [row] = await ask<{ settled: number; leased: number }>(
        `SELECT count(*) FILTER (WHERE d.open = 0)::int AS settled,
           count(*) FILTER (WHERE d.open = 1 AND l.lease_owner <> $2)::int AS leased
         FROM ultronex.deliveries d JOIN ultronex.lanes l ON l.id = d.lane WHERE d.id = ANY($1)`,
        [ids, owner],
      );
      if (row !== undefined && row.settled + row.leased > 0) result.first = Math.min(result.first, passed());
      if (row?.settled === ids.length) result.last = passed();
      await sleep(lookEveryMs);
    }
  }

  /** A task is another one's: counts from when its former holder prolonged the lease for the last time, which was before the kill. */
  async function followTasks(): Promise<void> {
    const held = new Map<string, { owner: string; until: number }>();
    while (!isOver) {
      const rows = await ask<{ name: string; owner: string; until: number }>('SELECT * FROM ultronex.leases');
      for (const { name, owner, until } of rows) {
        const before = held.get(name);
        if (before !== undefined && before.owner !== owner) {
          tasks.push((Date.now() - before.until + taskLeaseMs) / 1_000);
        }
        held.set(name, { owner, until });
      }
      await sleep(lookEveryMs);
    }
  }
  const following = followTasks();
  following.catch(() => {});

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
    async results(): Promise<{ messages: TakeOver[]; tasks: number[] }> {
      await Promise.all(watches);
      isOver = true;
      await following;
      return { messages, tasks };
    },
  };
}
