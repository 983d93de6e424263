import type { Database } from '../sqlite/database.ts';
import { sqliteCode } from '../sqlite/driver.ts';
import { schemaVersion } from '../sqlite/foreign.ts';
import { migrate, newestVersion } from '../sqlite/schema.ts';
import type { SourceEnd, TargetEnd } from './ends.ts';
import { CopyRefused } from './refused.ts';
import { sqliteSource, sqliteTarget } from './sqlite-end.ts';

export interface SqlitePlace {
  /** Opened for writing, and not read yet. */
  db: Database;
  /** For messages. */
  file: string;
}

/**
 * Keeps other programs from opening a store until the connection is closed.
 * @throws CopyRefused when one has it open
 */
export function lockSqlite({ db, file }: SqlitePlace): void {
  try {
    // In this mode SQLite gives the first read only to the last connection: https://www.sqlite.org/wal.html
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    const code = sqliteCode(error);
    if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
      throw new CopyRefused(
        `A program uses ${file}. Stop it first (\`docker compose stop ultronex\`, or SIGTERM); nothing was changed.`,
      );
    }
    if (!code.startsWith('SQLITE_READONLY')) throw error;
    // A file that this user may only read.
    db.exec('BEGIN');
  }
}

/** Reads a store that is locked. @throws CopyRefused for one of another version */
export async function readSqlite<T>({ db, file }: SqlitePlace, work: (end: SourceEnd) => Promise<T>): Promise<T> {
  const version = schemaVersion(db);
  if (version !== newestVersion) {
    const remedy =
      version > newestVersion ? 'Use the newer program.' : 'Start this program on it once, which converts it.';
    throw new CopyRefused(`${file}: The store is of version ${version}, this program’s is ${newestVersion}. ${remedy}`);
  }
  return work(sqliteSource(db));
}

/** Fills a new file. It is no store until the end, so it has another name until then. */
export async function fillSqlite<T>({ db }: SqlitePlace, work: (end: TargetEnd) => Promise<T>): Promise<T> {
  db.pragma('journal_mode = OFF');
  db.pragma('synchronous = OFF');
  migrate(db);
  db.exec('BEGIN');
  const value = await work(sqliteTarget(db));
  db.exec('COMMIT');
  return value;
}
