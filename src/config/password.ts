import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { makeFolder } from '../files/folder.ts';
import { reasonOf } from '../files/reasons.ts';
import { NotRegular, readRegular } from '../files/regular.ts';
import { writeNew, writeWhole } from '../files/write.ts';
import { errorCode } from '../lib/error-code.ts';

export interface Password {
  value: string;
  /** File of a generated password; null for a configured one. */
  file: string | null;
  /** Present when a new password was generated because the kept one was damaged: the reason. */
  renewed?: string;
}

/**
 * Returns the configured password, or one that is generated at the first start and kept in a file of mode 0600.
 * @throws PasswordUnavailable with the reason and the remedy
 */
export function loadPassword(configured: string | undefined, dataDir: string): Password {
  if (configured !== undefined) return { value: configured, file: null };
  const file = join(dataDir, 'password');
  try {
    return { ...keepGenerated(file), file };
  } catch (error) {
    const remedy = 'or set BASIC_AUTH_PASSWORD.';
    const message =
      error instanceof NotRegular
        ? `${error.message}; remove it, ${remedy}`
        : `The password cannot be kept in ${file}: ${reasonOf(error)}. Make room or let this user write there, ${remedy}`;
    throw new PasswordUnavailable(message, { cause: error });
  }
}

export const generate = (): string => randomBytes(18).toString('base64url');

/** Returns the password in `file`; generates one if the file is missing or damaged. */
function keepGenerated(file: string): Omit<Password, 'file'> {
  makeFolder(dirname(file));
  const kept = readKept(file);
  if (kept !== null && 'value' in kept) return kept;
  const content = `${generate()}\n`;
  if (kept === null) {
    try {
      writeNew(file, content);
    } catch (error) {
      // Another program started at the same time and created the file first. Its password is read below.
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  } else {
    writeWhole(file, content);
  }
  const now = readKept(file);
  if (now === null || !('value' in now)) throw new Error('it is changed by another program');
  return kept === null ? now : { ...now, renewed: kept.damage };
}

/** Reads a kept password; null without a file. `damage`: what is wrong with the file after a full disk, power cut or edit. */
export function readKept(file: string): { value: string } | { damage: string } | null {
  const most = 1_024;
  let bytes: Buffer;
  try {
    bytes = readRegular(file, most + 1);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
  const value = bytes.toString('utf8').trim();
  if (value === '') return { damage: 'it was empty' };
  if (bytes.length > most) return { damage: `it was longer than ${most} bytes` };
  // Control characters or bytes that are not UTF-8. After a power cut, a file may consist of zero bytes.
  if (/[\p{Cc}\uFFFD]/u.test(value)) return { damage: 'it held bytes that are no text' };
  if (value.length < 8) return { damage: 'it was shorter than 8 characters' };
  return { value };
}

class PasswordUnavailable extends Error {
  readonly code = 'ERR_PASSWORD_UNAVAILABLE';
}
