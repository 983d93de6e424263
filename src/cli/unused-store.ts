import { statSync } from 'node:fs';
import { join } from 'node:path';
import { renewedSources } from '../app/index.ts';
import { openUntrusted } from './store-copy.ts';

/**
 * Whether a store holds nothing that anybody would miss: a program that was just installed made it, and its own stack's
 * alert cards are all that went through it. No message, no pattern, no mute, and no audit log beside it.
 * False as well when it cannot be read.
 */
export function isUnusedStore(dir: string, store: string): boolean {
  if ((statSync(join(dir, 'audit.log'), { throwIfNoEntry: false })?.size ?? 0) > 0) return false;
  try {
    const db = openUntrusted(store, { readonly: true, timeout: 1_000 });
    try {
      return db.prepare<[string], number>(anything).pluck().get(JSON.stringify(renewedSources)) === 0;
    } finally {
      db.close();
    }
  } catch {
    return false;
  }
}

/** Its parameter: a JSON array of the sources whose messages are made again, such as the cards of alerts that still fire. */
const anything = `SELECT EXISTS (SELECT 1 FROM deliveries WHERE source NOT IN (SELECT value FROM json_each(?)))
  OR EXISTS (SELECT 1 FROM subscriptions) OR EXISTS (SELECT 1 FROM mutes) OR EXISTS (SELECT 1 FROM scans)`;
