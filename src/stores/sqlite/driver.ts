/**
 * SQLite as the store uses it: Node's own where it is complete, else better-sqlite3 (packages/sqlite-node20, which npm
 * installs only there). Nothing else in the program names either of them.
 */
import { createRequire } from 'node:module';

export interface RunResult {
  changes: number;
}

/** A prepared statement. `P`: its parameters, in order or one object of named ones; `R`: a row. */
export interface Statement<P extends unknown[] = unknown[], R = unknown> {
  run(...parameters: P): RunResult;
  get(...parameters: P): R | undefined;
  all(...parameters: P): R[];
  /** From now on rows are the value of their first column. */
  pluck(): Statement<P, R>;
}

export interface Database {
  prepare<P extends unknown[] = unknown[], R = unknown>(sql: string): Statement<P, R>;
  exec(sql: string): void;
  /** The rows of a pragma; with `simple` the first column of the first row. */
  pragma(source: string, options?: { simple?: boolean }): unknown;
  readonly inTransaction: boolean;
  /** Copies the whole database into a file, in one step; https://www.sqlite.org/backup.html */
  backup(file: string): Promise<void>;
  close(): void;
}

export interface OpenOptions {
  /** The file must exist, and is not written. */
  readonly?: boolean;
  /** How long to wait for another connection's lock, milliseconds. */
  timeout?: number;
}

export type DriverName = 'node:sqlite' | 'better-sqlite3';

/** SQLite takes it for "all that are left". */
const everyPage = 0x7fffffff;

/** The parts of https://nodejs.org/api/sqlite.html that are used here. */
interface NodeSqlite {
  DatabaseSync: new (
    file: string,
    options: { readOnly: boolean; timeout: number },
  ) => {
    prepare(sql: string): {
      run(...parameters: unknown[]): { changes: number | bigint };
      get(...parameters: unknown[]): Record<string, unknown> | undefined;
      all(...parameters: unknown[]): Record<string, unknown>[];
    };
    exec(sql: string): void;
    readonly isTransaction: boolean;
    close(): void;
  };
  backup(source: object, file: string, options: { rate: number }): Promise<number>;
}

let nodeSqlite: NodeSqlite | null | undefined;

/** Null before Node 22.16, whose node:sqlite has no backup and no time-out. */
function loadNodeSqlite(): NodeSqlite | null {
  const { getBuiltinModule, emitWarning } = process;
  // Loading it warns that it is experimental in Node 22 and 24. Only this one warning is left out.
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]) => {
    if (!/SQLite is an experimental feature/.test(String(warning)))
      Reflect.apply(emitWarning, process, [warning, ...rest]);
  }) as typeof emitWarning;
  try {
    const loaded = getBuiltinModule?.('node:sqlite') as unknown as Partial<NodeSqlite> | undefined;
    return loaded?.backup === undefined ? null : (loaded as NodeSqlite);
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** The drivers that work in this Node; the first one is used. */
export function drivers(): DriverName[] {
  nodeSqlite ??= loadNodeSqlite();
  const own: DriverName[] = nodeSqlite === null ? [] : ['node:sqlite'];
  try {
    openBetterSqlite(':memory:', {}).close();
    return [...own, 'better-sqlite3'];
  } catch {
    return own;
  }
}

/**
 * Opens a database file, or ':memory:'.
 * @throws an error of SQLite's; `sqliteCode` names it
 */
export function openDatabase(file: string, options: OpenOptions = {}, driver?: DriverName): Database {
  nodeSqlite ??= loadNodeSqlite();
  if (driver === 'better-sqlite3' || nodeSqlite === null) return openBetterSqlite(file, options);
  return openNodeSqlite(nodeSqlite, file, options);
}

function openNodeSqlite(
  sqlite: NodeSqlite,
  file: string,
  { readonly = false, timeout = 5_000 }: OpenOptions,
): Database {
  const db = new sqlite.DatabaseSync(file, { readOnly: readonly, timeout });

  function prepare<P extends unknown[], R>(sql: string): Statement<P, R> {
    const statement = db.prepare(sql);
    const whole: Statement<P, R> = {
      run: (...parameters) => statement.run(...parameters) as RunResult,
      get: (...parameters) => statement.get(...parameters) as R | undefined,
      all: (...parameters) => statement.all(...parameters) as R[],
      pluck: () => ({
        ...whole,
        get: (...parameters) => firstColumn(statement.get(...parameters)) as R | undefined,
        all: (...parameters) => statement.all(...parameters).map(firstColumn) as R[],
      }),
    };
    return whole;
  }

  return {
    prepare,
    exec: (sql) => db.exec(sql),
    pragma: (source, more) => readPragma(prepare(`PRAGMA ${source}`), more),
    get inTransaction() {
      return db.isTransaction;
    },
    async backup(to) {
      await sqlite.backup(db, to, { rate: everyPage });
    },
    close: () => db.close(),
  };
}

function firstColumn(row: Record<string, unknown> | undefined): unknown {
  for (const name in row) return row[name];
  return undefined;
}

function readPragma(statement: Statement<[], Record<string, unknown>>, { simple = false } = {}): unknown {
  const rows = statement.all();
  return simple ? firstColumn(rows[0]) : rows;
}

/** The part of better-sqlite3's API that differs from ours. */
interface BetterSqlite extends Omit<Database, 'backup'> {
  backup(file: string, options: { progress: () => number }): Promise<unknown>;
}

function openBetterSqlite(file: string, { readonly = false, timeout = 5_000 }: OpenOptions): Database {
  const Sqlite = createRequire(import.meta.url)('better-sqlite3') as new (
    file: string,
    options: object,
  ) => BetterSqlite;
  const db = new Sqlite(file, { readonly, fileMustExist: readonly, timeout });
  return {
    prepare: (sql) => db.prepare(sql),
    exec: (sql) => void db.exec(sql),
    pragma: (source, more) => db.pragma(source, more),
    get inTransaction() {
      return db.inTransaction;
    },
    async backup(to) {
      await db.backup(to, { progress: () => everyPage });
    },
    close: () => void db.close(),
  };
}

/** SQLite's primary result codes by number: https://www.sqlite.org/rescode.html */
const codes: Record<number, string> = {
  1: 'ERROR',
  3: 'PERM',
  5: 'BUSY',
  6: 'LOCKED',
  7: 'NOMEM',
  8: 'READONLY',
  9: 'INTERRUPT',
  10: 'IOERR',
  11: 'CORRUPT',
  13: 'FULL',
  14: 'CANTOPEN',
  15: 'PROTOCOL',
  17: 'SCHEMA',
  18: 'TOOBIG',
  19: 'CONSTRAINT',
  20: 'MISMATCH',
  21: 'MISUSE',
  26: 'NOTADB',
};

/** The name of SQLite's error, `SQLITE_FULL`, with better-sqlite3 also an extended one such as `SQLITE_IOERR_WRITE`; '' for other errors. */
export function sqliteCode(error: unknown): string {
  const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown };
  if (typeof errcode === 'number') return `SQLITE_${codes[errcode & 0xff] ?? errcode}`;
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : '';
}

/** Runs `work` in a transaction that waits for other writers at its start. */
export function inTransaction<T>(db: Database, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const value = work();
    db.exec('COMMIT');
    return value;
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
