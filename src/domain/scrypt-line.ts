/** Most memory of a password check (RFC 7914), bytes; OpenSSL fails with an error above it. */
export const scryptMemory = 64 * 1024 * 1024;

/** A parsed line `scrypt$N$r$p$salt$hash`, as `ultronex hash-password` prints it. */
export interface ScryptLine {
  N: number;
  r: number;
  p: number;
  salt: Buffer;
  /** 32 bytes. */
  hash: Buffer;
}

/** Returns whether a configured password is a hash, not the password itself. */
export const isScryptLine = (password: string): boolean => password.startsWith('scrypt$');

const bytes = /^[\w+/-]+={0,2}$/;

/** Parses a line; returns null if it is damaged or its parameters are too expensive for a login. */
export function parseScryptLine(line: string): ScryptLine | null {
  const [name, ...parts] = line.split('$');
  const [N = '', r = '', p = '', salt = '', hash = ''] = parts;
  if (name !== 'scrypt' || parts.length !== 5 || ![salt, hash].every((part) => bytes.test(part))) return null;
  if (![N, r, p].every((part) => /^[1-9]\d{0,8}$/.test(part))) return null;
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const parsed = { ...cost, salt: Buffer.from(salt, 'base64url'), hash: Buffer.from(hash, 'base64url') };
  return isPossible(cost) && parsed.hash.length === 32 ? parsed : null;
}

/** RFC 7914, section 6: N is a power of two above 1 and below 2^(128 r / 8). p multiplies only the time. */
function isPossible({ N, r, p }: Pick<ScryptLine, 'N' | 'r' | 'p'>): boolean {
  const memory = 128 * r * (N + p + 2);
  return N > 1 && Number.isInteger(Math.log2(N)) && Math.log2(N) < 16 * r && p <= 16 && memory <= scryptMemory;
}
