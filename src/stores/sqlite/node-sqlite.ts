import { resolve } from 'node:path';
import type { Bindable, Database, OpenOptions, Statement } from './database.ts';

/** The parts of https://nodejs.org/api/sqlite.html that are used here; the types of Node 20 have none of it. */
interface NodeSqlite {
  DatabaseSync: new (file: string, options: { readOnly: boolean; timeout: number }) => NodeDatabase;
  backup(source: NodeDatabase, file: string, options: { rate: number }): Promise<number>;
}

interface NodeDatabase {
  prepare(sql: string): NodeStatement;
  exec(sql: string): void;
  readonly isOpen: boolean;
  readonly isTransaction: boolean;
  close(): void;
}

interface NodeStatement {
  run(...parameters: unknown[]): { changes: number };
  get(...parameters: unknown[]): unknown[] | undefined;
  all(...parameters: unknown[]): unknown[][];
  columns(): { name: string }[];
  setReturnArrays(enabled: boolean): void;
}

/** SQLite reads it as "all remaining pages". */
const everyPage = 0x7fffffff;

/** Opens with Node's own SQLite; null before Node 22.16, where it has no backup and no time-out. */
export function nodeSqlite(): ((file: string, options: OpenOptions) => Database) | null {
  const sqlite = loadQuietly();
  if (sqlite?.backup === undefined) return null;
  return (file, { readonly = false, timeout = 5_000 }) => {
    // An absolute path, because SQLite takes one that begins with "file:" for a URI with options.
    const path = file === ':memory:' ? file : resolve(file);
    const db = new sqlite.DatabaseSync(path, { readOnly: readonly, timeout });
    return connection(sqlite, db);
  };
}

/** Loads node:sqlite without its warning that it is experimental (Node 22 and 24). Other warnings are shown. */
function loadQuietly(): NodeSqlite | undefined {
  const { emitWarning } = process;
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]) => {
    if (String(warning).startsWith('SQLite is an experimental feature')) return;
    Reflect.apply(emitWarning, process, [warning, ...rest]);
  }) as typeof emitWarning;
  try {
    return process.getBuiltinModule('node:sqlite') as NodeSqlite | undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}

function connection(sqlite: NodeSqlite, db: NodeDatabase): Database {
  const prepare = <P extends Bindable[], R>(sql: string) => statement<P, R>(db.prepare(sql));
  return {
    prepare,
    exec: (sql) => db.exec(sql),
    pragma(source, { simple = false } = {}) {
      const asked = prepare<[], unknown>(`PRAGMA ${source}`);
      return simple ? asked.pluck().get() : asked.all();
    },
    get inTransaction() {
      return db.isTransaction;
    },
    async backup(to) {
      await sqlite.backup(db, resolve(to), { rate: everyPage });
    },
    close() {
      if (db.isOpen) db.close();
    },
  };
}

/**
 * Rows come as arrays and become plain objects here: faster than Node's own objects, which are dictionaries without a
 * prototype (31 columns on Node 22, 24, 26: 10, 9, 9 against 16, 12, 10 µs; one value: 1 against 2 µs).
 */
function statement<P extends Bindable[], R>(prepared: NodeStatement): Statement<P, R> {
  prepared.setReturnArrays(true);
  let names: string[] = [];
  function toRow(values: unknown[]): R {
    // Read at the first row, and again after another program added a column to the table.
    if (names.length !== values.length) names = prepared.columns().map(({ name }) => name);
    const row: Record<string, unknown> = {};
    for (let index = 0; index < values.length; index++) row[names[index] as string] = values[index];
    return row as R;
  }
  let read = toRow;
  const self: Statement<P, R> = {
    run: (...parameters) => prepared.run(...parameters),
    get(...parameters) {
      const values = prepared.get(...parameters);
      return values === undefined ? undefined : read(values);
    },
    all: (...parameters) => prepared.all(...parameters).map(read),
    pluck() {
      read = ([first]) => first as R;
      return self;
    },
  };
  return self;
}
