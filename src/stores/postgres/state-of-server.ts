import type { DatabaseState } from '../../ports/store.ts';
import type { Statements } from './database.ts';
import { instancesCount } from './listener.ts';

/**
 * The tightest limit of connections as `used` and `most`. A limit of the user or of the database (-1: none) counts against the
 * connections of that user or database. Of other users' sessions a user sees hardly more than their number.
 */
export const tightestLimit = `
  SELECT used::int AS used, most FROM (
      SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS most,
        (SELECT sum(numbackends) FROM pg_stat_database) AS used
      UNION ALL SELECT rolconnlimit, (SELECT count(*) FROM pg_stat_activity WHERE usename = current_user)
        FROM pg_roles WHERE rolname = current_user AND rolconnlimit >= 0
      UNION ALL SELECT datconnlimit, numbackends FROM pg_database JOIN pg_stat_database ON datid = pg_database.oid
        WHERE pg_database.datname = current_database() AND datconnlimit >= 0) limits
  ORDER BY most - used LIMIT 1`;

/** The age of the oldest transaction of this database, seconds. */
export const oldestTransaction = `
  SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::float8
  FROM pg_stat_activity WHERE datname = current_database()`;

/** Standbys that follow the server. A user without the right to see their state sees only their number. */
export const standbysCount = `SELECT count(*) FROM pg_stat_replication WHERE coalesce(state, 'streaming') = 'streaming'`;

/** $1: the schema; $2: the name of the lock of instances; $3: the owner of leases. */
const query = `
  SELECT (${instancesCount('$2')})::int AS "instances",
    (SELECT count(*) FROM leases WHERE owner = $3 AND until > extract(epoch FROM clock_timestamp()) * 1000)::int AS "leasesHeld",
    tightest.used AS "connectionsUsed", tightest.most AS "connectionsMost",
    pg_database_size(current_database()) AS "sizeBytes",
    rows.live AS "liveRows", rows.dead AS "deadRows",
    (${oldestTransaction}) AS "oldestTransactionSeconds", (${standbysCount})::int AS "standbys"
  FROM (${tightestLimit}) tightest,
    (SELECT coalesce(sum(n_live_tup), 0)::bigint AS live, coalesce(sum(n_dead_tup), 0)::bigint AS dead
     FROM pg_stat_user_tables WHERE schemaname = $1) rows`;

/** Asks the server for its figures. @param owner of the leases of this instance. @throws StoreUnavailable */
export async function stateOfServer(
  db: Statements,
  { schema, lock, owner }: { schema: string; lock: string; owner: string },
): Promise<DatabaseState | null> {
  const [state] = await db.query<DatabaseState>(query, [schema, lock, owner]);
  return state ?? null;
}
