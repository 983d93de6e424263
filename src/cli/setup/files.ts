import { chmodSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { generate, readKept } from '../../config/index.ts';
import { makeFolder } from '../../files/folder.ts';
import { reasonOf } from '../../files/reasons.ts';
import { writeWhole } from '../../files/write.ts';
import { CommandFailed } from '../command.ts';

/**
 * Everybody may read it: root here has no right to give it to the service's own user, and the volume is mounted into
 * that service alone.
 */
export function put(file: string, content: string | Uint8Array, mode = 0o444): void {
  try {
    makeFolder(dirname(file), 0o755);
    // Whatever the process's umask took away.
    chmodSync(dirname(file), 0o755);
    writeWhole(file, content, mode);
  } catch (error) {
    throw new CommandFailed(`${file} cannot be written: ${reasonOf(error)}. The file of before is still in force.`);
  }
}

/** A file that is there only while its setting is. */
export function putOrRemove(file: string, content: string | undefined): void {
  if (content === undefined) rmSync(file, { force: true });
  else put(file, `${content}\n`);
}

/** The configured password, else the one that was kept, else a new one; kept in `file`. */
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
    throw new CommandFailed(`${file} cannot be read: ${reasonOf(error)}. Remove it, and a new password is made.`);
  }
}
