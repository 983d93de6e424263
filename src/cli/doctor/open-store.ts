import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../../app/index.ts';
import { systemClock } from '../../domain/clock.ts';
import { StoreUnavailable } from '../../domain/errors.ts';
import { createPostgresStore, createSqliteStore, examinePostgres } from '../../stores/index.ts';

/**
 * Opens the store beside the programs that run. Null: there is none yet, or PostgreSQL has one of another version, which opening would
 * bring to this one while programs of that version run. @throws StoreUnavailable
 */
export async function openExisting({ DATABASE_URL, DATA_DIR }: Pick<Settings, 'DATABASE_URL' | 'DATA_DIR'>) {
  const options = { owner: `doctor-${process.pid}`, clock: systemClock, onError() {} };
  if (DATABASE_URL !== undefined) {
    const examined = await examinePostgres(DATABASE_URL, systemClock.now);
    if ('problem' in examined) throw new StoreUnavailable(`${examined.problem}. ${examined.remedy}`);
    const { schema, newestSchema } = examined.facts;
    return schema === newestSchema ? createPostgresStore({ ...options, url: DATABASE_URL }) : null;
  }
  const file = join(DATA_DIR, 'ultronex.db');
  return existsSync(file) ? createSqliteStore({ ...options, file }) : null;
}
