import { hash, randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { isScryptLine, parseScryptLine, scryptMemory } from '../domain/scrypt-line.ts';

const scryptAsync = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** RFC 7914 parameters; 16 MiB and some 30 ms, once because of `rememberLogin`. */
const cost = { N: 16_384, r: 8, p: 1, maxmem: scryptMemory };

/** A line to put in place of the password: `scrypt$N$r$p$salt$hash`, base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const derived = await scryptAsync(password, salt, 32, cost);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), derived.toString('base64url')].join('$');
}

export type VerifyLogin = (username: string, password: string) => boolean | Promise<boolean>;

const digest = (text: string) => hash('sha256', text, 'buffer');

/** Compares in constant time. @param passwordOrHash a hash is checked by config/checks.ts */
export function createLogin(username: string, passwordOrHash: string): VerifyLogin {
  const user = digest(username);
  if (!isScryptLine(passwordOrHash)) {
    const expected = digest(passwordOrHash);
    return (givenUser, given) => {
      const sameUser = timingSafeEqual(digest(givenUser), user);
      const samePassword = timingSafeEqual(digest(given), expected);
      return sameUser && samePassword;
    };
  }
  const line = parseScryptLine(passwordOrHash);
  if (line === null) throw new Error('The scrypt line is damaged.');
  const { salt, hash: expected, N, r, p } = line;
  const options = { N, r, p, maxmem: scryptMemory };
  return async (givenUser, given) => {
    const sameUser = timingSafeEqual(digest(givenUser), user);
    const samePassword = timingSafeEqual(await scryptAsync(given, salt, expected.length, options), expected);
    return sameUser && samePassword;
  };
}
