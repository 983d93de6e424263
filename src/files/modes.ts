import { chmodSync, closeSync, constants, openSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../lib/error-code.ts';
import { reasonOf } from './reasons.ts';
import { kindOfEntry, NotRegular } from './regular.ts';

/** For its owner alone: what holds messages or secrets. */
export const privateMode = 0o600;

/** What a start writes into DATA_DIR, with what SQLite, `ultronex backup` and `ultronex restore` put beside. */
const ourFiles = /^(ultronex\.db|password|audit\.log|\.restore-)/;

export interface ModeChange {
  file: string;
  /** As `ls` and chmod write it: `0644`. */
  from: string;
  /** Why the mode could not be changed; absent: it was. */
  error?: string;
}

/** Gives a regular file the mode 0600; null: it had that, or is not there. */
export function makePrivate(file: string): ModeChange | null {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats?.isFile() || (stats.mode & 0o7777) === privateMode) return null;
  const from = `0${(stats.mode & 0o7777).toString(8).padStart(3, '0')}`;
  try {
    chmodSync(file, privateMode);
    // File systems without modes (FAT, some mounts of other machines) accept it and change nothing.
    const isPrivate = (statSync(file).mode & 0o7777) === privateMode;
    return isPrivate ? { file, from } : { file, from, error: 'its file system keeps no modes' };
  } catch (error) {
    return { file, from, error: reasonOf(error) };
  }
}

/** `makePrivate` for each of the program's own files in DATA_DIR. */
export function makeFolderPrivate(dir: string): ModeChange[] {
  try {
    return readdirSync(dir)
      .filter((name) => ourFiles.test(name))
      .flatMap((name) => makePrivate(join(dir, name)) ?? []);
  } catch {
    // Not there yet, or not readable: whoever writes the first file there says so.
    return [];
  }
}

/**
 * Makes an empty file of mode 0600 where there is none, so that nothing else makes it with a wider mode.
 * @throws NotRegular when something else is there
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

/** An open handle of a new file. @throws EEXIST when there is one */
export function createPrivate(file: string): number {
  return openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, privateMode);
}
