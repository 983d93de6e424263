/** A table of both stores. Columns have PostgreSQL's names. */
export interface CopiedTable {
  name: string;
  /** Unique together; pages of rows follow one another by them. */
  key: readonly string[];
  /** The column whose numbers are never given twice. */
  numbered?: string;
  /** SQLite's names of columns whose names differ. */
  inSqlite?: Readonly<Record<string, string>>;
  /** Columns of SQLite alone, which the copy computes. */
  onlySqlite?: readonly string[];
  inPostgres?: {
    /** A query for the rows in SQLite's form. */
    rows: string;
    /** Values for the columns that it lacks. */
    more?: Readonly<Record<string, number>>;
    /** Where the last number is, if not in the column's sequence: a query for it, and a statement that sets it to `$1`. */
    last?: { read: string; write: string };
  };
  /** Condition of the rows that are copied. */
  where?: string;
  /** Rows that are in memory at once; their texts may be long. */
  rowsAtOnce: number;
}

/** What is copied between the stores, in this order; columns that are not named here are the same in both. */
export const copiedTables: readonly CopiedTable[] = [
  { name: 'lanes', key: ['id'], numbered: 'id', onlySqlite: ['first_seq'], rowsAtOnce: 1_000 },
  {
    ...{ name: 'deliveries', key: ['seq'], numbered: 'seq', rowsAtOnce: 500 },
    inSqlite: { similar_key: 'similar' },
  },
  { name: 'digests', key: ['lane', 'similar_key'], inSqlite: { similar_key: 'similar' }, rowsAtOnce: 1_000 },
  { name: 'events', key: ['key'], rowsAtOnce: 1_000 },
  { name: 'blobs', key: ['id'], rowsAtOnce: 8 },
  { name: 'scans', key: ['id'], numbered: 'id', rowsAtOnce: 200 },
  { name: 'effects', key: ['seq'], numbered: 'seq', rowsAtOnce: 200 },
  { name: 'subscriptions', key: ['id'], inSqlite: { holder: 'user' }, rowsAtOnce: 1_000 },
  { name: 'mutes', key: ['team', 'holder'], inSqlite: { holder: 'user' }, rowsAtOnce: 1_000 },
  { name: 'tracking_versions', key: ['team'], rowsAtOnce: 1_000 },
  { name: 'module_state', key: ['name'], rowsAtOnce: 200 },
  { name: 'installations', key: ['team'], rowsAtOnce: 1_000 },
  { name: 'workspaces', key: ['team'], rowsAtOnce: 1_000 },
  {
    ...{ name: 'counters', key: ['team', 'name'], rowsAtOnce: 1_000 },
    // Each instance has rows of its own.
    inPostgres: {
      rows: 'SELECT team, name, sum(value)::bigint AS value FROM counters GROUP BY team, name',
      more: { instance: 0 },
    },
  },
  { name: 'slack_errors', key: ['team', 'text'], rowsAtOnce: 1_000 },
  { name: 'tokens', key: ['id'], rowsAtOnce: 1_000 },
  { name: 'audit', key: ['seq'], numbered: 'seq', rowsAtOnce: 500 },
  { name: 'incidents', key: ['number'], rowsAtOnce: 200 },
  { name: 'incident_history', key: ['incident', 'seq'], rowsAtOnce: 500 },
  { name: 'rollups', key: ['name', 'span', 'start'], rowsAtOnce: 1_000 },
  { name: 'jobs', key: ['seq'], numbered: 'seq', rowsAtOnce: 200 },
  { name: 'job_output', key: ['job', 'last_line'], rowsAtOnce: 200 },
  {
    ...{ name: 'event_log', key: ['position'], numbered: 'position', rowsAtOnce: 200 },
    // Events that have no position yet get theirs.
    inPostgres: {
      rows: `SELECT position, at, id, team, body FROM event_log
        UNION ALL SELECT o.last + row_number() OVER (ORDER BY seq), at, id, team, body FROM events_out, event_order o`,
      last: {
        read: 'SELECT (o.last + (SELECT count(*) FROM events_out))::bigint AS last FROM event_order o',
        write: 'UPDATE event_order SET last = $1',
      },
    },
  },
  // Each program writes when it last tried a write.
  { name: 'meta', key: ['name'], where: "name <> 'checked_at'", rowsAtOnce: 1_000 },
];

/** Tables that are of one store or of one run; those of `event_log` are read and written with it. */
export const uncopiedTables: readonly string[] = ['leases', 'marks', 'versions', 'events_out', 'event_order'];
