import type { PoolClient } from 'pg';
import type { DatabaseAddress } from '../../lib/database-tls.ts';
import { addressOptions } from './tls.ts';

export interface ConnectionOptions extends DatabaseAddress {
  /** The schema of all tables. */
  schema: string;
}

/** Connections of the pool: commits of what is accepted, claims, settlements, and reads. */
const mostConnections = 6;
/** The port's number for bigint in PostgreSQL's catalogue. */
const bigintType = 20;
/** `query_timeout` alone ends the wait for a server that hangs. Milliseconds. */
const limits = { query_timeout: 6_000, statement_timeout: 5_000, lock_timeout: 4_000 };

/** The client library is loaded when a database is configured. */
const library = async () => (await import('pg')).default;

async function clientConfig({ schema, ...address }: ConnectionOptions) {
  const { TypeOverrides } = await library();
  const types = new TypeOverrides();
  // Numbers of rows and times in milliseconds are below 2 ** 53.
  types.setTypeParser(bigintType, Number);
  return {
    ...addressOptions(address),
    ...{ application_name: 'ultronex', types },
    options: `-c search_path=${schema}`,
    ...{ connectionTimeoutMillis: 1_500, idle_in_transaction_session_timeout: 5_000 },
    ...{ keepAlive: true, keepAliveInitialDelayMillis: 10_000 },
  };
}

export interface Pool {
  connect(): Promise<PoolClient>;
  /** Closes a connection that was lost or hangs. Those that were made before it are not used again either: the way to the server was the same. */
  discard(client: PoolClient, error: Error): void;
  end(): Promise<void>;
}

/** @param onLost called when a connection is lost that nobody uses */
export async function createPool(options: ConnectionOptions, onLost: (error: unknown) => void): Promise<Pool> {
  const { Pool } = await library();
  const pool = new Pool({
    ...(await clientConfig(options)),
    ...limits,
    max: mostConnections,
    pipeline: true,
  } as object);
  const madeIn = new WeakMap<PoolClient, number>();
  let era = 0;
  let isEnding = false;
  pool.on('error', (error) => isEnding || onLost(error));
  pool.on('connect', (client) => {
    madeIn.set(client, era);
    // A connection that is in use tells its loss by itself, too; the query that it breaks rejects besides.
    client.on('error', () => {});
  });
  return {
    async connect() {
      for (;;) {
        const client = await pool.connect();
        if (madeIn.get(client) === era) return client;
        client.release(true);
      }
    },
    discard(client, error) {
      if (madeIn.get(client) === era) era += 1;
      client.release(error);
    },
    end() {
      isEnding = true;
      return pool.end();
    },
  };
}

/** Time limits of a connection, milliseconds. */
export interface TimeLimits {
  connectionTimeoutMillis?: number;
  idle_in_transaction_session_timeout?: number;
  query_timeout?: number;
  statement_timeout?: number;
  lock_timeout?: number;
}

/** A connection of its own, outside of the pool. @param isLimited whether its queries have time limits; or limits of its own */
export async function createClient(options: ConnectionOptions, isLimited: boolean | TimeLimits) {
  const { Client } = await library();
  const own = typeof isLimited === 'object' ? isLimited : isLimited ? limits : {};
  const client = new Client({ ...(await clientConfig(options)), ...own } as object);
  client.on('error', () => {});
  return client;
}
