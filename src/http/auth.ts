import { hash, randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const scryptAsync = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** RFC 7914 parameters; 16 MiB and some 30 ms, once because of `rememberLogin`. */
const cost = { N: 16_384, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

/** A line to put in place of the password: `scrypt$N$r$p$salt$hash`, base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const derived = await scryptAsync(password, salt, 32, cost);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), derived.toString('base64url')].join('$');
}

export type VerifyLogin = (username: string, password: string) => boolean | Promise<boolean>;

const digest = (text: string) => hash('sha256', text, 'buffer');

/** Compares in constant time. */
export function createLogin(username: string, passwordOrHash: string): VerifyLogin {
  const user = digest(username);
  if (!passwordOrHash.startsWith('scrypt$')) {
    const expected = digest(passwordOrHash);
    return (givenUser, given) => {
      const sameUser = timingSafeEqual(digest(givenUser), user);
      const samePassword = timingSafeEqual(digest(given), expected);
      return sameUser && samePassword;
    };
  }
  const { salt, hash: expected, options } = parseScrypt(passwordOrHash);
  return async (givenUser, given) => {
    const sameUser = timingSafeEqual(digest(givenUser), user);
    const samePassword = timingSafeEqual(await scryptAsync(given, salt, expected.length, options), expected);
    return sameUser && samePassword;
  };
}

function parseScrypt(line: string): { salt: Buffer; hash: Buffer; options: ScryptOptions } {
  const [, N, r, p, salt = '', hash = ''] = line.split('$');
  const options = { N: Number(N), r: Number(r), p: Number(p), maxmem: cost.maxmem };
  const hashBytes = Buffer.from(hash, 'base64url');
  if (![options.N, options.r, options.p].every(Number.isInteger) || hashBytes.length !== 32) {
    throw new Error('BASIC_AUTH_PASSWORD: the scrypt line is damaged; make a new one with `ultronex hash-password`.');
  }
  return { salt: Buffer.from(salt, 'base64url'), hash: hashBytes, options };
}
