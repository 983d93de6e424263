import { askPostgres, type Database, onOneLine, schemaVersion, sqliteCode } from '../stores/index.ts';
import { CommandFailed } from './command.ts';
import { openUntrusted } from './store-copy.ts';
import type { StorePlace } from './store-place.ts';

/** A table of a store in a backup and in the store that is used. */
export interface TableComparison {
  name: string;
  /** Numbers of rows. */
  backup: number;
  live: number;
  /** Describes the newest row of the backup; null: the backup has no rows. */
  newest: string | null;
  /** A sentence on what the backup lacks; null: nothing. */
  problem: string | null;
}

export interface Compared {
  /** A file. */
  backup: string;
  live: StorePlace;
  /** Rows that ended before these times may have been deleted from the store. Milliseconds since the epoch. */
  keptSince: { messages: number; jobs: number; others: number };
}

interface Table {
  name: string;
  table: string;
  /** A column that grows with every row. */
  order: string;
  /** Names a row. */
  id: string;
  /** The time from which its age counts; null: a person may delete a row at any time. */
  endedAt: string | null;
  /** The first version of a store that has it; absent: all that are compared. */
  since?: number;
}

const tables: readonly Table[] = [
  { name: 'messages', table: 'deliveries', order: 'seq', id: 'id', endedAt: 'updated_at' },
  { name: 'tracked patterns', table: 'subscriptions', order: 'created_at', id: 'id', endedAt: null },
  { name: 'incidents', table: 'incidents', order: 'number', id: "'#' || number", endedAt: 'updated_at' },
  {
    ...{ name: 'jobs', table: 'jobs', order: 'seq', id: 'id', since: 19 },
    endedAt: "coalesce(ended_at, json_extract(value, '$.createdAt'))",
  },
  { name: 'audit entries', table: 'audit', order: 'seq', id: 'id', endedAt: 'at' },
  { name: 'API tokens', table: 'tokens', order: 'created_at', id: 'id', endedAt: null },
];

interface Newest {
  position: number;
  id: string;
  at: number;
}

/** Resolves with the one number of a query with at most one `?`. */
type Ask = (sql: string, value?: string | number) => Promise<number>;

/**
 * Compares a backup with the store that it was made of, and that has changed since: rows were added at the end, and old
 * ones were deleted. So the store must have the newest row of the backup, and up to that row no more rows than the backup.
 * Both are opened for reading only. @throws CommandFailed when one cannot be read
 */
export async function compareStores({ backup, live, keptSince }: Compared): Promise<TableComparison[]> {
  const copies = await reading(backup, (db) =>
    tables.map((table) => ({ table, count: count(table, db), newest: newestOf(table, db) })),
  );
  const compareAll = async (ask: Ask, has: (table: Table) => boolean) => {
    const compared: TableComparison[] = [];
    for (const { table, ...copy } of copies) {
      const rows = has(table) ? await ask(`SELECT count(*) FROM ${table.table}`) : 0;
      compared.push(await compareTable(table, copy, rows, ask, keptSince[keptAs(table)]));
    }
    return compared;
  };
  if (live.kind === 'postgres') return askPostgres(live, (ask) => compareAll(ask, () => true));
  return reading(live.file, (db) =>
    compareAll(
      async (sql, value) =>
        db
          .prepare<(string | number)[], number>(sql)
          .pluck()
          .get(...(value === undefined ? [] : [value])) ?? 0,
      (table) => !isOlder(table, db),
    ),
  );
}

function keptAs({ table }: Table): keyof Compared['keptSince'] {
  if (table === 'deliveries') return 'messages';
  return table === 'jobs' ? 'jobs' : 'others';
}

/** The table in a backup; `newest` is null when it is empty. */
interface Copy {
  count: number;
  newest: Newest | null;
}

async function compareTable(
  table: Table,
  copy: Copy,
  rows: number,
  ask: Ask,
  keptSince: number,
): Promise<TableComparison> {
  const { name } = table;
  const counts = { name, backup: copy.count, live: rows };
  // An empty table says nothing of the rows that came later.
  if (copy.newest === null) return { ...counts, newest: null, problem: null };
  const { position, id, at } = copy.newest;
  const isThere = (await ask(`SELECT count(*) FROM ${table.table} WHERE ${table.id} = ?`, id)) > 0;
  const newest = `the newest, ${id}, is ${isThere ? 'in both' : 'no longer in the store'}`;
  const upTo = await ask(`SELECT count(*) FROM ${table.table} WHERE ${table.order} <= ?`, position);
  const missing = upTo - copy.count;
  if (missing > 0) {
    return {
      ...counts,
      newest,
      problem: `The backup lacks ${missing} of the ${name} up to ${id}. Take another backup.`,
    };
  }
  const mayBeGone = table.endedAt === null || at < keptSince;
  if (isThere || mayBeGone) return { ...counts, newest, problem: null };
  const problem = `The newest of the ${name} in the backup, ${id}, is not in the store. Was the store replaced after the backup? Then take another one.`;
  return { ...counts, newest, problem };
}

const isOlder = ({ since = 0 }: Table, db: Database): boolean => schemaVersion(db) < since;

function count(table: Table, db: Database): number {
  if (isOlder(table, db)) return 0;
  return db.prepare<[], number>(`SELECT count(*) FROM ${table.table}`).pluck().get() ?? 0;
}

function newestOf(described: Table, db: Database): Newest | null {
  if (isOlder(described, db)) return null;
  const { table, order, id, endedAt } = described;
  const columns = `${order} AS position, ${id} AS id, ${endedAt ?? order} AS at`;
  return db.prepare<[], Newest>(`SELECT ${columns} FROM ${table} ORDER BY ${order} DESC LIMIT 1`).get() ?? null;
}

async function reading<T>(file: string, read: (db: Database) => T | Promise<T>): Promise<T> {
  try {
    const db = openUntrusted(file, { readonly: true, timeout: 5_000 });
    try {
      return await read(db);
    } finally {
      db.close();
    }
  } catch (error) {
    if (error instanceof CommandFailed || sqliteCode(error) === '') throw error;
    throw new CommandFailed(`${file} cannot be compared: ${onOneLine((error as Error).message)}.`);
  }
}
