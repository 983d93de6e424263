import type { Client, ClientBase } from 'pg';
import { judgeServerVersion } from '../common/server-version.ts';
import { type ConnectionOptions, createClient } from './connections.ts';
import { migrations } from './migrations/index.ts';
import { asStoreError } from './store-error.ts';

/** The version of a store that this program writes. */
export const newestVersion = migrations.length;

/**
 * Creates the schema, or brings it to the newest version. Instances that start at once wait for one another. Versions only add to
 * the tables, so that instances of the version before go on during a deployment.
 * @param to an older version, for tests of the migrations after it
 */
async function migrate(client: ClientBase, schema: string, to = newestVersion): Promise<void> {
  await client.query('BEGIN');
  try {
    await lockSchema(client, schema);
    await migrateLocked(client, schema, to);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

/** Until the end of the transaction no program starts with this schema. */
export async function lockSchema(client: ClientBase, schema: string): Promise<void> {
  await client.query("SELECT pg_advisory_xact_lock(hashtext('ultronex'), hashtext($1))", [schema]);
}

/** Brings a schema that is locked to a version, in the caller's transaction. @throws Error for a server that is too old */
export async function migrateLocked(
  client: Pick<ClientBase, 'query'>,
  schema: string,
  to = newestVersion,
): Promise<void> {
  await refuseOldServer(client);
  // CREATE SCHEMA needs a right on the database even when the schema is there.
  const { rowCount } = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [schema]);
  if (rowCount === 0) await client.query(`CREATE SCHEMA ${schema}`);
  await client.query(`CREATE TABLE IF NOT EXISTS ${schema}.versions (version integer PRIMARY KEY)`);
  const { rows } = await client.query(`SELECT coalesce(max(version), 0) AS version FROM ${schema}.versions`);
  const version = rows[0].version as number;
  if (version > newestVersion) {
    throw new Error(
      `The store is of version ${version}, this program knows ${newestVersion}. Start the newer program, or restore the backup made before it.`,
    );
  }
  for (const [index, sql] of migrations.slice(version, to).entries()) {
    await client.query(sql);
    await client.query(`INSERT INTO ${schema}.versions (version) VALUES ($1)`, [version + index + 1]);
  }
}

/** An old server would run the program, and fail at the first statement that it does not know. */
async function refuseOldServer(client: Pick<ClientBase, 'query'>): Promise<void> {
  const { rows } = await client.query("SELECT current_setting('server_version_num') AS version");
  const { text, remedy } = judgeServerVersion(Number(rows[0].version));
  if (remedy !== null) throw new Error(`The server of DATABASE_URL is ${text}; ${remedy}.`);
}

/** At the start a server that is slow, or starts itself, is waited for so long. Milliseconds. */
const connectMs = 10_000;

/** Migrates the store on a connection of its own. @throws StoreUnavailable; an Error for an old server, and for a store of a newer version */
export async function bringUpToDate(options: ConnectionOptions): Promise<void> {
  const { schema } = options;
  if (!/^[a-z_][a-z0-9_]{0,50}$/.test(schema)) throw new Error(`"${schema}" is not a name of a schema`);
  let client: Client | null = null;
  try {
    client = await createClient(options, { connectionTimeoutMillis: connectMs });
    await client.connect();
    await migrate(client, schema);
  } catch (error) {
    throw asStoreError(error);
  } finally {
    await client?.end().catch(() => {});
  }
}
