import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Password {
  value: string;
  /** Where a generated one is kept; null when it was configured. */
  file: string | null;
}

/** The configured password, or one made at the first start and kept readable for this user only. */
export function loadPassword(configured: string | undefined, dataDir: string): Password {
  if (configured !== undefined) return { value: configured, file: null };
  const file = join(dataDir, 'password');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  try {
    // `wx`: of two programs that start at once one makes it, the other reads it.
    writeFileSync(file, `${randomBytes(18).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const value = readFileSync(file, 'utf8').trim();
  if (value.length < 8)
    throw new Error(`${file} holds no password; remove it, and a new one is made at the next start.`);
  return { value, file };
}
