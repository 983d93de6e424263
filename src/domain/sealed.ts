import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { UltronexError } from './errors.ts';

/** A key of TOKEN_KEYS: its name, and 32 bytes. */
export interface SealKey {
  id: string;
  key: Uint8Array;
}

/** A secret was sealed with a key that the settings do not have, or it is not what was sealed. */
export class NotOpened extends UltronexError {
  override readonly code = 'ERR_NOT_OPENED';
}

const ivBytes = 12;
const tagBytes = 16;
const keyBytes = 32;
const mostKeys = 20;

/**
 * Seals secrets for the store, with AES-256-GCM. `owner` is sealed with the secret, so that a value that is copied to another row does
 * not open: `T0123/bot token`.
 */
export interface Seal {
  /** Returns `keyId.` and base64url of the nonce, the tag and the encrypted secret. */
  seal(secret: string, owner: string): string;
  /** @throws NotOpened */
  open(sealed: string, owner: string): string;
  /** The name of the newest key. */
  newest: string;
  /** Whether it was sealed with a key of the newest one's name. Only `open` tells whether it is that key. */
  isNewest(sealed: string): boolean;
}

/** @param keys the first one seals, all open */
export function createSeal(keys: readonly SealKey[]): Seal {
  const byId = new Map(keys.map(({ id, key }) => [id, key]));
  const [newest] = keys;
  if (newest === undefined) throw new Error('without a key nothing can be sealed');
  return {
    seal(secret, owner) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', newest.key, iv, { authTagLength: tagBytes });
      cipher.setAAD(Buffer.from(owner));
      const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return `${newest.id}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}`;
    },
    open(sealed, owner) {
      const dot = sealed.indexOf('.');
      const id = sealed.slice(0, dot);
      const key = byId.get(id);
      if (key === undefined) {
        throw new NotOpened(`A secret was sealed with the key "${id}", which TOKEN_KEYS does not have. Add it again.`);
      }
      const bytes = Buffer.from(sealed.slice(dot + 1), 'base64url');
      try {
        const iv = bytes.subarray(0, ivBytes);
        const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes });
        decipher.setAAD(Buffer.from(owner));
        decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
        return decipher.update(bytes.subarray(ivBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8');
      } catch (error) {
        throw new NotOpened(
          `A secret of ${owner} does not open with the key "${id}": it was changed, or the key is another one of that name.`,
          { cause: error },
        );
      }
    },
    newest: newest.id,
    isNewest: (sealed) => sealed.startsWith(`${newest.id}.`),
  };
}

/**
 * Reads TOKEN_KEYS: `k2:BASE64,k1:BASE64`, the newest first.
 * @returns the keys; a text: what is wrong, without the key
 */
export function readSealKeys(text: string): SealKey[] | string {
  const keys: SealKey[] = [];
  for (const part of text.split(',').map((each) => each.trim())) {
    const [, id, base64] = /^([A-Za-z0-9_-]{1,20}):([A-Za-z0-9+/_-]+=*)$/.exec(part) ?? [];
    if (id === undefined || base64 === undefined) {
      return `entry ${keys.length + 1} is not NAME:KEY with a name of letters, digits, - and _ and a key in base64`;
    }
    const key = Buffer.from(base64, 'base64');
    if (key.length !== keyBytes)
      return `the key "${id}" has ${key.length} bytes, not ${keyBytes}; make one with: openssl rand -base64 32`;
    if (keys.some((known) => known.id === id)) return `there are two keys "${id}"`;
    keys.push({ id, key });
  }
  return keys.length > mostKeys ? `there are ${keys.length} keys, at most ${mostKeys} can be` : keys;
}
