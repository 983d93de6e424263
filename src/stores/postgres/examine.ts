import type { Client } from 'pg';
import type { DatabaseAddress } from '../../lib/database-tls.ts';
import { errorCode } from '../../lib/error-code.ts';
import { createClient } from './connections.ts';
import { countInstances } from './listener.ts';
import { newestVersion } from './migrate.ts';
import { usualSchema } from './options.ts';
import { oldestTransaction, standbysCount, tightestLimit } from './state-of-server.ts';
import { reasonOf, remedyOf } from './store-error.ts';

/** What `ultronex doctor` looks at. A part is null when the server refused to tell it. */
export interface DatabaseFacts {
  /** `server_version_num`: 170010. */
  version: number;
  /** The connection is encrypted; the certificate of the server was checked. */
  isEncrypted: boolean;
  isVerified: boolean;
  /** Time of a statement that reads no table, milliseconds. */
  answerMs: number;
  /** By how much the server's clock is ahead of this machine's, milliseconds. */
  clockAheadMs: number;
  /** A standby, or a database that may only be read. */
  isReadOnly: boolean;
  synchronousCommit: string;
  fsync: string;
  /** The version of the schema; null: there is none yet. */
  schema: number | null;
  /** The version that this program writes. */
  newestSchema: number;
  /** The user may create the schema, or write in the one that is there. */
  mayCreate: boolean;
  mayWrite: boolean;
  connections: { used: number; most: number };
  instances: number;
  lanes: { live: number; dead: number } | null;
  /** The age of the oldest transaction of this database, which keeps dead rows. Milliseconds. */
  oldestTransactionMs: number;
  standbys: number;
  queued: number;
  /** When the oldest message that waits was accepted; milliseconds since the epoch. */
  oldestAt: number | null;
}

export type Examined = { facts: DatabaseFacts } | { problem: string; remedy: string };

/** A connection with these limits, milliseconds; the caller bounds the whole. */
const limits = { connectionTimeoutMillis: 2_500, statement_timeout: 2_500, query_timeout: 2_600 };

/** Asks a server for its state, and tries a write if there is a store. Never rejects. */
export async function examinePostgres(
  address: DatabaseAddress,
  now: () => number,
  schema = usualSchema,
): Promise<Examined> {
  let client: Client | null = null;
  try {
    client = await createClient({ ...address, schema }, limits);
    await client.connect();
    return { facts: await read(client, schema, now) };
  } catch (error) {
    return { problem: reasonOf(error), remedy: remedyOf(error) ?? 'Look at the server and its log' };
  } finally {
    leave(client);
  }
}

/** Closes the connection. The process does not wait for a server that does not answer. */
function leave(client: Client | null): void {
  if (client === null) return;
  client.end().catch(() => {});
  socketOf(client).unref();
}

type Socket = { encrypted?: boolean; authorized?: boolean; unref(): void };

const socketOf = (client: Client) => (client as unknown as { connection: { stream: Socket } }).connection.stream;

async function read(client: Client, schema: string, now: () => number): Promise<DatabaseFacts> {
  const answerMs = await fastestAnswer(client);
  const askedAt = now();
  const server = await one<Server>(client, serverQuery, [schema]);
  const clockAheadMs = server.clock - (askedAt + now()) / 2;
  const version = server.has_schema ? (await one<{ version: number | null }>(client, versionQuery)).version : null;
  const rows = version === null ? null : await one<Rows>(client, rowsQuery);
  const isReadOnly = server.read_only === 'on' || server.standby;
  return {
    ...{
      version: Number(server.version),
      answerMs,
      clockAheadMs,
      isReadOnly,
      schema: version,
      newestSchema: newestVersion,
    },
    ...encryption(client),
    ...{ synchronousCommit: server.synchronous_commit, fsync: server.fsync },
    mayCreate: version === null ? server.may_create : server.may_use,
    mayWrite: version !== null && !isReadOnly ? await tryWrite(client, now()) : !isReadOnly,
    connections: { used: server.used, most: server.most },
    instances: await countInstances(client, schema),
    lanes: rows === null || rows.live === null ? null : { live: rows.live, dead: rows.dead },
    ...{ oldestTransactionMs: server.oldest_transaction, standbys: server.standbys },
    ...{ queued: rows?.queued ?? 0, oldestAt: rows?.oldest ?? null },
  };
}

/** Of a few tries: a single one may have waited for the processor. Milliseconds. */
async function fastestAnswer(client: Client): Promise<number> {
  let fastest = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 5; tries += 1) {
    const sentAt = performance.now();
    await client.query('SELECT 1');
    fastest = Math.min(fastest, performance.now() - sentAt);
  }
  return fastest;
}

interface Server {
  version: string;
  clock: number;
  read_only: string;
  standby: boolean;
  synchronous_commit: string;
  fsync: string;
  has_schema: boolean;
  may_create: boolean;
  may_use: boolean;
  used: number;
  most: number;
  oldest_transaction: number;
  standbys: number;
}

const serverQuery = `
  SELECT current_setting('server_version_num') AS version, extract(epoch FROM clock_timestamp())::float8 * 1000 AS clock,
    current_setting('transaction_read_only') AS read_only, pg_is_in_recovery() AS standby,
    current_setting('synchronous_commit') AS synchronous_commit, current_setting('fsync') AS fsync,
    to_regclass($1 || '.versions') IS NOT NULL AS has_schema,
    has_database_privilege(current_database(), 'CREATE') AS may_create,
    coalesce(has_schema_privilege(to_regnamespace($1)::oid, 'CREATE'), false) AS may_use,
    tightest.used, tightest.most, (${oldestTransaction}) * 1000 AS oldest_transaction,
    (${standbysCount})::int AS standbys
  FROM (${tightestLimit}) tightest`;

const versionQuery = 'SELECT max(version) AS version FROM versions';

interface Rows {
  live: number | null;
  dead: number;
  queued: number;
  oldest: number | null;
}

const rowsQuery = `
  SELECT l.n_live_tup AS live, l.n_dead_tup AS dead, d.queued, d.oldest
  FROM (SELECT count(*) AS queued, min(created_at) FILTER (WHERE state <> 'sent') AS oldest FROM deliveries WHERE open = 1) d
  LEFT JOIN pg_stat_user_tables l ON l.relid = to_regclass('lanes')`;

async function one<R extends object>(client: Client, text: string, values: unknown[] = []): Promise<R> {
  const { rows } = await client.query<R>(text, values);
  return rows[0] as R;
}

/** The same write as the store's check. Resolves with whether the user may; other failures reject. */
async function tryWrite(client: Client, now: number): Promise<boolean> {
  try {
    await client.query(
      "INSERT INTO meta (name, value) VALUES ('checked_at', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      [now],
    );
    return true;
  } catch (error) {
    if (errorCode(error) === '42501') return false;
    throw error;
  }
}

/** Of this connection: a pooler in between would hide the server's view. */
function encryption(client: Client): Pick<DatabaseFacts, 'isEncrypted' | 'isVerified'> {
  const { encrypted, authorized } = socketOf(client);
  return { isEncrypted: encrypted === true, isVerified: authorized === true };
}

/** Reads a value that the store keeps by name; null for none, and when the store cannot be read. */
export async function readPostgresState(
  address: DatabaseAddress,
  name: string,
  schema = usualSchema,
): Promise<string | null> {
  let client: Client | null = null;
  try {
    client = await createClient({ ...address, schema }, limits);
    await client.connect();
    const { rows } = await client.query<{ value: string }>('SELECT value FROM module_state WHERE name = $1', [name]);
    return rows[0]?.value ?? null;
  } catch {
    return null;
  } finally {
    leave(client);
  }
}
