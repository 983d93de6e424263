import type { Client, ClientBase, QueryConfig } from 'pg';
import { databasePlace } from '../../lib/database-place.ts';
import type { DatabaseAddress } from '../../lib/database-tls.ts';
import { createClient } from '../postgres/connections.ts';
import { countInstances } from '../postgres/listener.ts';
import { lockSchema, migrateLocked, newestVersion } from '../postgres/migrate.ts';
import { usualSchema } from '../postgres/options.ts';
import { isLost } from '../postgres/store-error.ts';
import type { SourceEnd, TargetEnd } from './ends.ts';
import { type Asked, postgresSource, postgresTarget } from './postgres-end.ts';
import { asRefusal, CopyRefused } from './refused.ts';
import { copiedTables } from './tables.ts';
import { isUnused } from './unused.ts';

export interface PostgresPlace extends DatabaseAddress {
  /** Absent: the program's. */
  schema?: string;
}

/** What becomes of a store that is there: `never` replaced, only if `unused`, or `always`. It is kept under another name. */
export interface Replacement {
  which: 'never' | 'unused' | 'always';
  /** Sources whose messages are created again, such as the cards of firing alerts. */
  renewed: readonly string[];
  /** Milliseconds since the epoch, for the name of what is replaced. */
  now: number;
}

/** A statement of a copy reads or writes one page, or builds the statistics of all tables. */
const statementMs = 600_000;
const limits = {
  connectionTimeoutMillis: 5_000,
  statement_timeout: statementMs,
  lock_timeout: 4_000,
  query_timeout: statementMs + 10_000,
  idle_in_transaction_session_timeout: statementMs,
};

/**
 * Reads a store in one snapshot.
 * @param isLive instances may run, as for a backup; else they are refused, and none can start until the end
 * @throws CopyRefused
 */
export function readPostgres<T>(
  place: PostgresPlace,
  isLive: boolean,
  work: (end: SourceEnd) => Promise<T>,
): Promise<T> {
  return connected(place, async (client, schema, name) => {
    if (!isLive) {
      await client.query("SELECT pg_advisory_lock(hashtext('ultronex'), hashtext($1))", [schema]);
      await refuseInstances(client, schema, name);
    }
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await refuseOtherVersion(client, schema, name);
    const value = await work(postgresSource(naming(client, name)));
    if (!isLive) await refuseInstances(client, schema, name);
    return value;
  });
}

/** Asks queries of one number, with at most one `?`, in one snapshot, while programs run. @throws CopyRefused */
export function askPostgres<T>(
  place: PostgresPlace,
  work: (ask: (sql: string, value?: string | number) => Promise<number>) => Promise<T>,
): Promise<T> {
  return connected(place, async (client, schema, name) => {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await refuseOtherVersion(client, schema, name);
    return work(async (sql, ...values) => {
      const { rows } = await client.query<[number]>({
        ...{ text: sql.replace('?', '$1'), values },
        rowMode: 'array',
      });
      return rows[0]?.[0] ?? 0;
    });
  });
}

/**
 * Fills an empty store in one transaction, so that nothing is left of a copy that was interrupted. Resolves with the value and
 * the schema that has the store from before; null: there was none.
 * @throws CopyRefused when a store is there that may not be replaced, or when instances run
 */
export function fillPostgres<T>(
  place: PostgresPlace,
  replacement: Replacement,
  work: (end: TargetEnd) => Promise<T>,
): Promise<{ value: T; former: string | null }> {
  return connected(place, async (client, schema, name) => {
    await client.query('BEGIN');
    await lockSchema(client, schema);
    await refuseInstances(client, schema, name);
    const former = await putAside(client, schema, name, replacement);
    await migrateLocked(client, schema);
    const tables = copiedTables.map((table) => table.name);
    await client.query(`LOCK TABLE ${tables.join(', ')} IN EXCLUSIVE MODE`);
    await refuseRows(client, schema, name);
    await client.query('DELETE FROM meta');
    const value = await work(postgresTarget(client));
    await refuseInstances(client, schema, name);
    await commit(client, name);
    return { value, former };
  });
}

async function connected<T>(
  { url, ca, schema = usualSchema }: PostgresPlace,
  work: (client: Client, schema: string, name: string) => Promise<T>,
): Promise<T> {
  const name = databasePlace(url);
  try {
    const client = await createClient({ url, ca, schema }, limits);
    try {
      await client.connect();
      return await work(client, schema, name);
    } finally {
      // Ends the transaction that is open.
      await client.end().catch(() => {});
    }
  } catch (error) {
    throw asRefusal(error, name);
  }
}

/** Errors of a source that is read while a target is written name the source. */
function naming(client: Client, name: string): Asked {
  const query = (asked: QueryConfig, values?: unknown[]) =>
    client.query(asked, values).catch((error: unknown) => {
      throw asRefusal(error, name);
    });
  return { query } as Asked;
}

async function commit(client: Client, name: string): Promise<void> {
  try {
    const { command } = await client.query('COMMIT');
    if (command !== 'COMMIT') throw new Error(`${name}: COMMIT was answered with ${command}; nothing was changed.`);
  } catch (error) {
    if (!isLost(error)) throw error;
    throw new CopyRefused(
      `${name}: The connection was lost during the commit, so it is unknown whether the copy is there. Try again: a store that is there is refused.`,
      { cause: error },
    );
  }
}

async function refuseInstances(client: ClientBase, schema: string, name: string): Promise<void> {
  const count = await countInstances(client, schema);
  if (count === 0) return;
  const [programs, them] = count === 1 ? ['A program uses', 'it'] : [`${count} programs use`, 'them'];
  throw new CopyRefused(
    `${programs} ${name}. Stop ${them} first (\`docker compose stop ultronex\`, or SIGTERM); nothing was changed.`,
  );
}

async function refuseOtherVersion(client: ClientBase, schema: string, name: string): Promise<void> {
  const { rows: found } = await client.query('SELECT to_regclass($1) IS NOT NULL AS has', [`${schema}.versions`]);
  const has = found[0].has as boolean;
  const version = has ? (await client.query('SELECT max(version) AS version FROM versions')).rows[0].version : null;
  if (version === newestVersion) return;
  if (version === null) throw new CopyRefused(`${name} has no store of Ultronex (schema ${schema}).`);
  const remedy =
    version > newestVersion ? 'Use the newer program.' : 'Start this program on it once, which converts it.';
  throw new CopyRefused(`The store in ${name} is of version ${version}, this program’s is ${newestVersion}. ${remedy}`);
}

/** Renames the schema of a store that is there. */
async function putAside(
  client: ClientBase,
  schema: string,
  name: string,
  { which, renewed, now }: Replacement,
): Promise<string | null> {
  if (which === 'never') return null;
  const { rows } = await client.query('SELECT to_regnamespace($1) IS NOT NULL AS has', [schema]);
  if (!rows[0].has) return null;
  if (which === 'unused' && !(await isUnused(client, schema, renewed))) {
    throw new CopyRefused(`${name} has a store already. With --force it is kept under another name.`);
  }
  const former = `${schema}_before_${new Date(now).toISOString().replace(/\W/g, '').toLowerCase()}`;
  await client.query(`ALTER SCHEMA ${schema} RENAME TO ${former}`);
  return former;
}

async function refuseRows(client: ClientBase, schema: string, name: string): Promise<void> {
  const tables = [...copiedTables.map((table) => table.name).filter((table) => table !== 'meta'), 'events_out'];
  const { rows } = await client.query(
    `SELECT ${tables.map((table) => `EXISTS (SELECT FROM ${table}) AS ${table}`).join(', ')}`,
  );
  const filled = tables.filter((table) => rows[0][table]);
  if (filled.length === 0) return;
  throw new CopyRefused(
    `The store in ${name} is not empty: it has ${filled.join(', ')}. Copy into another database, or remove that store first (DROP SCHEMA ${schema} CASCADE); nothing was changed.`,
  );
}
