import { renewedSources } from '../app/index.ts';
import { systemClock } from '../domain/clock.ts';
import { databasePlace } from '../lib/database-place.ts';
import type { DatabaseAddress } from '../lib/database-tls.ts';
import { copyBetween } from '../stores/index.ts';
import { contentsOf } from './copied-contents.ts';
import { contentsText } from './store-copy.ts';
import { readingStore } from './store-file.ts';

/**
 * Replaces the store in PostgreSQL by the one in a file, in one transaction. Returns lines for the user.
 * @throws CopyRefused when a program uses it, or it was used and `force` is not given
 */
export async function restoreDatabase(file: string, database: DatabaseAddress, force = false): Promise<string[]> {
  const replacement = { which: force ? 'always' : 'unused', renewed: renewedSources, now: systemClock.now() } as const;
  const { tables, former } = await readingStore(file, (db) =>
    copyBetween({
      from: { sqlite: { db, file } },
      to: { postgres: database, replacement },
      onTable() {},
    }),
  );
  const restored = `${databasePlace(database.url)}: ${contentsText(contentsOf(tables))}`;
  if (former === null) return [restored];
  return [restored, `The previous store: the schema ${former} (DROP SCHEMA ${former} CASCADE removes it)`];
}
