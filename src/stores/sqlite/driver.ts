import { errorCode } from '../../lib/error-code.ts';
/**
 * Chooses the SQLite library: Node's own where it is complete, else better-sqlite3 (packages/sqlite-node20, which npm
 * installs only there). No other file names either of them.
 */
import { openBetterSqlite } from './better-sqlite3.ts';
import type { Database, OpenOptions } from './database.ts';
import { nodeSqlite } from './node-sqlite.ts';

export type DriverName = 'node:sqlite' | 'better-sqlite3';

/** Returns the drivers that work in this Node; the first one is used. */
export function drivers(): DriverName[] {
  const own: DriverName[] = nodeSqlite() === null ? [] : ['node:sqlite'];
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
  const open = driver === 'better-sqlite3' ? null : nodeSqlite();
  return open === null ? openBetterSqlite(file, options) : open(file, options);
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

/**
 * Returns the name of SQLite's error, `SQLITE_FULL`; with better-sqlite3 also an extended one such as
 * `SQLITE_IOERR_WRITE`; '' for other errors.
 */
export function sqliteCode(error: unknown): string {
  const { errcode } = (error ?? {}) as { errcode?: unknown };
  if (typeof errcode === 'number') return `SQLITE_${codes[errcode & 0xff] ?? errcode}`;
  const code = errorCode(error);
  return code.startsWith('SQLITE_') ? code : '';
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
