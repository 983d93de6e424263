import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../../app/index.ts';
import { databaseOf } from '../../config/index.ts';
import { systemClock } from '../../domain/clock.ts';
import { StoreUnavailable } from '../../domain/errors.ts';
import { createPostgresStore, createSqliteStore, examinePostgres } from '../../stores/index.ts';

/** The settings that say where the store is. */
type StoreSettings = Pick<Settings, 'DATABASE_URL' | 'DATABASE_CA' | 'DATA_DIR'>;

/**
 * Opens the store beside the programs that run. Null: there is none yet, or PostgreSQL has one of another version, which opening would
 * bring to this one while programs of that version run. @throws StoreUnavailable
 */
export async function openExisting(config: StoreSettings) {
  const options = { owner: `doctor-${process.pid}`, clock: systemClock, onError() {} };
  const database = databaseOf(config);
  if (database !== null) {
    const examined = await examinePostgres(database, systemClock.now);
    if ('problem' in examined) throw new StoreUnavailable(`${examined.problem}. ${examined.remedy}`);
    const { schema, newestSchema } = examined.facts;
    return schema === newestSchema ? createPostgresStore({ ...options, ...database }) : null;
  }
  const file = join(config.DATA_DIR, 'ultronex.db');
  return existsSync(file) ? createSqliteStore({ ...options, file }) : null;
}
