import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from '../lib/error-code.ts';
import { createPrivate, privateMode } from './modes.ts';

/** Replaces a file atomically: readers see the old content or the new one, also after a crash. */
export function writeWhole(file: string, content: string | Uint8Array, mode = privateMode): void {
  const beside = writeBeside(file, content, mode);
  try {
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
  syncFolder(dirname(file));
}

/** The same for a new file. @throws EEXIST when it exists */
export function writeNew(file: string, content: string | Uint8Array): void {
  const beside = writeBeside(file, content, privateMode);
  try {
    giveNewName(beside, file);
  } finally {
    rmSync(beside, { force: true });
  }
  syncFolder(dirname(file));
}

/** Gives a file a second name by a hard link, or a rename where there are none. @throws EEXIST when that name is taken */
export function giveNewName(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    // FAT and some network mounts have no hard links.
    if (!/^(EPERM|ENOSYS|ENOTSUP|EOPNOTSUPP|EMLINK)$/.test(errorCode(error))) throw error;
    if (existsSync(to)) throw Object.assign(new Error(`${to} is there already`), { code: 'EEXIST' });
    renameSync(from, to);
  }
}

/** Syncs a folder. Without this, a power cut may undo a rename or a new name. */
export function syncFolder(dir: string): void {
  const handle = openSync(dir, 'r');
  try {
    fsyncSync(handle);
  } catch (error) {
    // Some mounts refuse to sync a folder; the file's own bytes are on disk.
    if (!/^(EINVAL|ENOTSUP|EPERM)$/.test(errorCode(error))) throw error;
  } finally {
    closeSync(handle);
  }
}

/** Writes and syncs a temporary file in the same folder. Returns its path. Removes it before it throws. */
function writeBeside(file: string, content: string | Uint8Array, mode: number): string {
  const beside = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  const handle = createPrivate(beside);
  try {
    const bytes = Buffer.from(content);
    for (let written = 0; written < bytes.length; ) written += writeSync(handle, bytes, written);
    // The umask may have removed bits of the mode.
    fchmodSync(handle, mode);
    fsyncSync(handle);
    return beside;
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
}
