import { statSync } from 'node:fs';
import { join } from 'node:path';
import { renewedSources } from '../app/index.ts';
import { serverActions } from '../domain/audit.ts';
import { schemaVersion } from '../stores/index.ts';
import { openUntrusted } from './store-copy.ts';

/**
 * Returns whether a store can be replaced without loss: no patterns, mutes, scans, tokens or jobs, no audit log, and no
 * messages but alert cards, which are created again. Entries of the server's commands do not count: a first deploy or a
 * failed restore is in the audit log of a new installation too. False when the store cannot be read.
 */
export function isUnusedStore(dir: string, store: string): boolean {
  if ((statSync(join(dir, 'audit.log'), { throwIfNoEntry: false })?.size ?? 0) > 0) return false;
  try {
    const db = openUntrusted(store, { readonly: true, timeout: 1_000 });
    try {
      const sources = JSON.stringify(renewedSources);
      if (db.prepare<[string], number>(anything).pluck().get(sources) !== 0) return false;
      return schemaVersion(db) < firstWithJobs || db.prepare('SELECT 1 FROM jobs LIMIT 1').get() === undefined;
    } finally {
      db.close();
    }
  } catch {
    return false;
  }
}

/** Version of a store. */
const firstWithJobs = 19;

/** Parameter: a JSON array of the sources whose messages are created again, such as the cards of firing alerts. */
const anything = `SELECT EXISTS (SELECT 1 FROM deliveries WHERE source NOT IN (SELECT value FROM json_each(?)))
  OR EXISTS (SELECT 1 FROM subscriptions) OR EXISTS (SELECT 1 FROM mutes) OR EXISTS (SELECT 1 FROM scans)
  OR EXISTS (SELECT 1 FROM tokens) OR EXISTS (SELECT 1 FROM audit
    WHERE outcome <> 'refused' AND action NOT IN (${serverActions.map((action) => `'${action}'`).join(', ')}))`;
