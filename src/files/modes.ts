import { chmodSync, closeSync, constants, openSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../lib/error-code.ts';
import { reasonOf } from './reasons.ts';
import { kindOfEntry, NotRegular } from './regular.ts';

/** Mode of files with messages or secrets: only the owner may read and write. */
export const privateMode = 0o600;

/** The program's files in DATA_DIR, with those that SQLite, `ultronex backup` and `ultronex restore` create beside them. */
const ourFiles = /^(ultronex\.db|password|audit\.log|\.restore-)/;

export interface ModeChange {
  file: string;
  /** As `ls` and chmod write it: `0644`. */
  from: string;
  /** Why the mode could not be changed; absent on success. */
  error?: string;
}

/** Sets the mode of a regular file to 0600. Returns null if it has that mode or does not exist. */
export function makePrivate(file: string): ModeChange | null {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats?.isFile() || (stats.mode & 0o7777) === privateMode) return null;
  const from = `0${(stats.mode & 0o7777).toString(8).padStart(3, '0')}`;
  try {
    chmodSync(file, privateMode);
    // File systems without modes (FAT, some network mounts) accept chmod but change nothing.
    const isPrivate = (statSync(file).mode & 0o7777) === privateMode;
    return isPrivate ? { file, from } : { file, from, error: 'its file system keeps no modes' };
  } catch (error) {
    return { file, from, error: reasonOf(error) };
  }
}

/** Calls `makePrivate` for each of the program's files in DATA_DIR. */
export function makeFolderPrivate(dir: string): ModeChange[] {
  try {
    return readdirSync(dir)
      .filter((name) => ourFiles.test(name))
      .flatMap((name) => makePrivate(join(dir, name)) ?? []);
  } catch {
    // The folder is missing or not readable. The code that writes the first file reports that.
    return [];
  }
}

/**
 * Creates an empty file with mode 0600 unless the file exists, so that a library does not create it with a wider mode.
 * @throws NotRegular when the path is a directory, FIFO, socket or device
 */
export function reservePrivate(file: string): void {
  const kind = kindOfEntry(file);
  if (kind !== null) throw new NotRegular(file, kind);
  makePrivate(file);
  try {
    closeSync(createPrivate(file));
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

/** Creates a file with mode 0600. Returns its open handle. @throws EEXIST when it exists */
export function createPrivate(file: string): number {
  return openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, privateMode);
}
