import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Written beside and moved: whoever reads it meanwhile sees the old one or the new one, never half of it.
 * Everybody may read it: root here has no right to give it to the service's own user, and the volume is mounted into
 * that service alone.
 */
export function put(file: string, content: string | Uint8Array, mode = 0o444): void {
  mkdirSync(dirname(file), { recursive: true });
  const beside = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(beside, content, { flag: 'wx', mode });
    // Whatever the process's umask took away.
    chmodSync(dirname(file), 0o755);
    chmodSync(beside, mode);
    renameSync(beside, file);
  } finally {
    rmSync(beside, { force: true });
  }
}

/** A file that is there only while its setting is. */
export function putOrRemove(file: string, content: string | undefined): void {
  if (content === undefined) rmSync(file, { force: true });
  else put(file, `${content}\n`);
}

/** The configured password, else the one that was kept, else a new one; kept in `file`. */
export function keepPassword(file: string, configured: string | undefined): string {
  const value = configured ?? kept(file) ?? randomBytes(18).toString('base64url');
  put(file, `${value}\n`);
  return value;
}

function kept(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim() || null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
