import { hash, randomBytes } from 'node:crypto';

/** An API token, without its secret. Times are milliseconds since the epoch. */
export interface Token {
  id: string;
  name: string;
  /** The first characters of the secret, to recognise it by: `ux_h7Kp2`. */
  start: string;
  /** SHA-256 of the secret, base64url. Its 178 random bits need no slow hash. */
  hash: string;
  /** As `formatGrant` writes them. */
  scopes: readonly string[];
  /** The team that it is of, whose data alone it reaches; null: the operator's. */
  team: string | null;
  createdAt: number;
  createdBy: string;
  /** Null: never. Written at most once a minute. */
  lastUsedAt: number | null;
  /** Null: it does not expire. */
  expiresAt: number | null;
  revokedAt: number | null;
}

export type TokenState = 'active' | 'expired' | 'revoked';

export function stateOf({ revokedAt, expiresAt }: Pick<Token, 'revokedAt' | 'expiresAt'>, now: number): TokenState {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'active';
}

/**
 * The form of a secret: a prefix that a double click selects and that scanners find, 30 random characters, and 6 that
 * are a checksum of them, so that a truncated or mistyped one is recognised without a look-up.
 */
const prefix = 'ux_';
const randomCharacters = 30;
const checkCharacters = 6;
const shownCharacters = 8;
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const form = new RegExp(`^${prefix}[0-9A-Za-z]{${randomCharacters + checkCharacters}}$`);

/** Returns a new secret: `ux_` and 36 characters. */
export function newSecret(): string {
  let random = '';
  while (random.length < randomCharacters) {
    for (const byte of randomBytes(randomCharacters)) {
      // Bytes from 248 on would make the first characters more frequent.
      if (byte < 4 * alphabet.length) random += alphabet[byte % alphabet.length];
    }
  }
  const body = random.slice(0, randomCharacters);
  return prefix + body + checksumOf(body);
}

/** Returns whether a text has the form of a secret, with the right checksum. */
export function isSecret(text: string): boolean {
  if (!form.test(text)) return false;
  const body = text.slice(prefix.length, -checkCharacters);
  return text.endsWith(checksumOf(body));
}

export const hashOfSecret = (secret: string): string => hash('sha256', secret, 'base64url');
export const startOfSecret = (secret: string): string => secret.slice(0, shownCharacters);

function checksumOf(body: string): string {
  let rest = hash('sha256', body, 'buffer').readUInt32BE();
  let text = '';
  for (let at = 0; at < checkCharacters; at++) {
    text += alphabet[rest % alphabet.length];
    rest = Math.floor(rest / alphabet.length);
  }
  return text;
}
