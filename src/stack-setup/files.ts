import { chmodSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { generate, readKept } from '../config/index.ts';
import { makeFolder } from '../files/folder.ts';
import { reasonOf } from '../files/reasons.ts';
import { writeWhole } from '../files/write.ts';
import { SetupFailed } from './setup-failed.ts';

/**
 * Writes a file atomically, readable for all users: this container may not change owners, and only one service mounts the
 * volume. @throws SetupFailed
 */
export function put(file: string, content: string | Uint8Array, mode = 0o444): void {
  try {
    makeFolder(dirname(file), 0o755);
    // The umask may have removed bits of the mode.
    chmodSync(dirname(file), 0o755);
    writeWhole(file, content, mode);
  } catch (error) {
    throw new SetupFailed(`${file} cannot be written: ${reasonOf(error)}. The previous file is still in force.`);
  }
}

/** Writes the file of an optional setting, or removes it when the setting is not set. */
export function putOrRemove(file: string, content: string | undefined): void {
  if (content === undefined) rmSync(file, { force: true });
  else put(file, `${content}\n`);
}

/** Returns the configured password, else the one in `file`, else a new one; writes it to `file`. */
export function keepPassword(file: string, configured: string | undefined, warn: (text: string) => void): string {
  const value = configured ?? keptOrNew(file, warn);
  put(file, `${value}\n`);
  return value;
}

function keptOrNew(file: string, warn: (text: string) => void): string {
  const kept = read(file);
  if (kept !== null && 'value' in kept) return kept.value;
  if (kept !== null) warn(`${file} was damaged (${kept.damage}); a new password was made.`);
  return generate();
}

function read(file: string): ReturnType<typeof readKept> {
  try {
    return readKept(file);
  } catch (error) {
    throw new SetupFailed(`${file} cannot be read: ${reasonOf(error)}. Remove it, and a new password is made.`);
  }
}
