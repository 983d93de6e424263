import type { Client, ClientBase } from 'pg';
import type { Clock } from '../../domain/clock.ts';
import { pause } from '../../lib/pause.ts';
import { type ConnectionOptions, createClient } from './connections.ts';

export interface ListenerOptions extends ConnectionOptions {
  clock: Pick<Clock, 'after'>;
  /** A notification of another instance. */
  onNotification(payload: string): void;
  /** After each connect: notifications before it may be lost. */
  onConnect(): void;
  onError(error: unknown): void;
}

export interface Listener {
  /**
   * The number of this instance among those that run, from 0 on: of the first advisory lock that no other has. While the
   * connection is lost it may be another's, too.
   */
  instance(): number;
  close(): Promise<void>;
}

const firstPauseMs = 250;
const longestPauseMs = 4_000;
/** A lost connection is noticed by a statement that is not answered. Milliseconds. */
const aliveEveryMs = 5_000;
const mostInstances = 1_000;

/** Listens to the other instances on a connection of its own, which is made again whenever it is lost. */
export async function createListener(options: ListenerOptions): Promise<Listener> {
  const { schema, clock } = options;
  const closed = new AbortController();
  let client: Client | null = null;
  let instance = 0;

  /** Anybody who may connect to the database can send one. */
  function notified(payload: string): void {
    try {
      options.onNotification(payload);
    } catch (error) {
      options.onError(error);
    }
  }

  async function connect(): Promise<Client> {
    const made = await createClient(options, true);
    try {
      await made.connect();
      made.on('notification', ({ payload = '' }) => notified(payload));
      await made.query(`LISTEN ${schema}`);
      instance = await takeNumber(made, schema);
      return made;
    } catch (error) {
      made.end().catch(() => {});
      throw error;
    }
  }

  /** Resolves when the connection is lost. */
  async function lost(connected: Client): Promise<void> {
    const ended = new Promise<void>((resolve) => connected.once('end', resolve));
    for (let isAlive = true; isAlive && !closed.signal.aborted; ) {
      isAlive = await Promise.race([
        ended.then(() => false),
        pause(clock, aliveEveryMs, closed.signal).then(() =>
          connected.query('SELECT 1').then(
            () => true,
            () => false,
          ),
        ),
      ]);
    }
  }

  async function stayConnected(first: Client): Promise<void> {
    client = first;
    let pauseMs = firstPauseMs;
    while (!closed.signal.aborted) {
      if (client !== null) {
        await lost(client);
        client.end().catch(() => {});
        client = null;
        continue;
      }
      await pause(clock, pauseMs, closed.signal);
      if (closed.signal.aborted) return;
      try {
        client = await connect();
        pauseMs = firstPauseMs;
        options.onConnect();
      } catch (error) {
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
        options.onError(error);
      }
    }
  }

  const running = stayConnected(await connect());
  return {
    instance: () => instance,
    async close() {
      closed.abort();
      await running;
    },
  };
}

/** The first key of the lock that each instance has. */
export const instancesLock = (schema: string): string => `${schema}.instances`;

/**
 * The statement that counts the instances that are connected. @param lock an expression: the name of their lock
 * https://www.postgresql.org/docs/current/view-pg-locks.html: of a lock with two keys `classid` is the first, as an oid.
 */
export const instancesCount = (lock: string): string => `
  SELECT count(DISTINCT objid) AS count FROM pg_locks
  WHERE locktype = 'advisory' AND granted AND objsubid = 2
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND classid = (hashtext(${lock})::bigint & 4294967295)::oid`;

/** Resolves with how many instances are connected. */
export async function countInstances(client: ClientBase, schema: string): Promise<number> {
  const { rows } = await client.query(instancesCount('$1'), [instancesLock(schema)]);
  return rows[0].count;
}

async function takeNumber(client: Client, schema: string): Promise<number> {
  for (let number = 0; number < mostInstances; number += 1) {
    const { rows } = await client.query('SELECT pg_try_advisory_lock(hashtext($1), $2::int) AS taken', [
      instancesLock(schema),
      number,
    ]);
    if (rows[0].taken === true) return number;
  }
  throw new Error(`more than ${mostInstances} instances are connected`);
}
