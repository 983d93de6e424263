import { createHmac, randomBytes } from 'node:crypto';
import { sha256 } from '../../lib/sha256.ts';
import type { StateStore } from '../../ports/store.ts';
import type { AcceptStore } from '../../ports/unit-of-work.ts';
import type { Seen } from './seen.ts';
import { hmacName, renewMs } from './state.ts';

/** Makes the hashes by which values of config vars are compared. Plain hashes of short values could be guessed. */
export interface VarHashes {
  of(app: string, vars: ReadonlyMap<string, string>): Promise<NonNullable<Seen['vars']>>;
}

export function createVarHashes(
  store: AcceptStore & StateStore,
  now: () => number,
  random: (bytes: number) => Buffer = randomBytes,
): VarHashes {
  let renewedAt = 0;

  /** Reads the HMAC key from the store, so that all programs on the store use the same one. */
  async function key(): Promise<string> {
    const stored = await store.state(hmacName);
    const value = stored ?? random(32).toString('base64');
    if (stored === null || Math.abs(now() - renewedAt) > renewMs) {
      await store.accept({ state: [{ name: hmacName, value }] });
      renewedAt = now();
    }
    return value;
  }

  return {
    async of(app, vars) {
      const secret = await key();
      const hash = (name: string, value: string) =>
        createHmac('sha256', secret)
          .update(JSON.stringify([app, name, value]))
          .digest('base64url')
          .slice(0, 22);
      const hashes = Object.fromEntries([...vars].map(([name, value]) => [name, hash(name, value)]));
      return { keyId: sha256(secret).slice(0, 8), hashes };
    },
  };
}
