import { readFileSync, statSync } from 'node:fs';
import { readUtf8 } from '../domain/encoding.ts';

/** Bytes of the file of a secret. */
const longestSecret = 65_536;

/**
 * Returns a secret of a file: as it is written, or the content of the file that `file:/path` names.
 * @param refuse is called with the reason, without the secret
 * @param least fewest characters
 */
export function secretOf(written: string, refuse: (reason: string) => void, least = 1): string {
  const file = /^file:(.+)$/.exec(written)?.[1];
  let secret = written;
  if (file !== undefined) {
    try {
      secret = readUtf8(readSmall(file)).trim();
    } catch (error) {
      refuse(`the file ${file} with the secret cannot be read: ${(error as Error).message}`);
      return '';
    }
  }
  if (secret.length >= least) return secret;
  refuse(
    secret === '' ? 'the secret is empty' : `the secret has ${secret.length} characters; at least ${least} are needed`,
  );
  return '';
}

/** Reading a FIFO would stop the whole program until somebody writes into it. */
function readSmall(file: string): Buffer {
  const stats = statSync(file);
  if (!stats.isFile()) throw new Error('it is not a regular file');
  if (stats.size > longestSecret) throw new Error(`it has ${stats.size} bytes, at most ${longestSecret} are read`);
  return readFileSync(file);
}

/** Returns the key of a secret of Standard Webhooks, `whsec_` and base64; null when it has not that form, or is short. */
export function standardKey(written: string): Buffer | null {
  const key = Buffer.from(written.replace(/^whsec_/, ''), 'base64');
  return /^whsec_[A-Za-z0-9+/=]+$/.test(written) && key.length >= 16 ? key : null;
}
