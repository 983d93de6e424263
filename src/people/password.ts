import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { isScryptLine, parseScryptLine, scryptMemory } from '../domain/scrypt-line.ts';
import { isSameSecret } from '../lib/same-secret.ts';

const scryptAsync = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** RFC 7914 parameters. A check takes 16 MiB and about 30 ms; `http/access.ts` makes it once per header. */
const cost = { N: 16_384, r: 8, p: 1, maxmem: scryptMemory };

/** Returns a line that stands for a password in settings and files: `scrypt$N$r$p$salt$hash`, salt and hash in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const derived = await scryptAsync(password, salt, 32, cost);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), derived.toString('base64url')].join('$');
}

export type CheckPassword = (given: string) => boolean | Promise<boolean>;

/**
 * Returns a function that compares a password in constant time.
 * @param passwordOrHash the password, or a line of `hashPassword` whose form was checked
 */
export function createPasswordCheck(passwordOrHash: string): CheckPassword {
  if (!isScryptLine(passwordOrHash)) return (given) => isSameSecret(given, passwordOrHash);
  const line = parseScryptLine(passwordOrHash);
  if (line === null) throw new Error('The scrypt line is damaged.');
  const { salt, hash: expected, N, r, p } = line;
  const options = { N, r, p, maxmem: scryptMemory };
  return async (given) => timingSafeEqual(await scryptAsync(given, salt, expected.length, options), expected);
}
