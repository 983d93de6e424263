import { dirname } from 'node:path';
import { StoreUnavailable } from '../../domain/errors.ts';
import { makeFolder } from '../../files/folder.ts';
import { makePrivate, reservePrivate } from '../../files/modes.ts';
import { reasonOf } from '../../files/reasons.ts';
import { errorCode } from '../../lib/error-code.ts';
import type { Database } from './database.ts';
import { type DriverName, openDatabase } from './driver.ts';
import { migrate } from './schema.ts';
import { asOpenError } from './store-error.ts';

export interface FileOptions {
  file: string;
  /** Absent: the one of this Node. */
  driver?: DriverName;
  /** Upper limit of the file in pages of 4 KiB; absent: the disk. */
  maxPages?: number;
}

/**
 * Opens or creates the store's file, and migrates it to the newest version. @throws StoreUnavailable naming the file,
 * the reason and the remedy
 */
export function openFile({ file, maxPages, driver }: FileOptions): Database {
  try {
    makeFolder(dirname(file));
    // SQLite gives its log and index the mode of the database file.
    reservePrivate(file);
    for (const end of ['-wal', '-shm', '-journal']) makePrivate(file + end);
    return prepare(openDatabase(file, {}, driver), maxPages);
  } catch (error) {
    if (!/^E(?!RR_)/.test(errorCode(error))) throw asOpenError(error, file);
    const message = `The store ${file} cannot be opened: ${reasonOf(error)}. Make room or let this user write there.`;
    throw new StoreUnavailable(message, { cause: error });
  }
}

function prepare(db: Database, maxPages?: number): Database {
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('cache_size = -8192');
    // 16 MB of WAL between checkpoints instead of 4: a page that is written again in between is copied only once.
    db.pragma('wal_autocheckpoint = 4000');
    db.pragma('journal_size_limit = 16777216');
    if (maxPages !== undefined) db.pragma(`max_page_count = ${maxPages}`);
    migrate(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
