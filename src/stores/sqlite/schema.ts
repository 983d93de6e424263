import type { Database } from './database.ts';
import { inTransaction } from './driver.ts';
import { migrations } from './migrations/index.ts';

/** The version of a store that this program writes. */
export const newestVersion = migrations.length;

/**
 * Brings the file to the newest version; safe when two programs start at once.
 * @param to an older version, for tests of the migrations after it
 */
export function migrate(db: Database, to = newestVersion): void {
  inTransaction(db, () => {
    const version = db.pragma('user_version', { simple: true }) as number;
    if (version > migrations.length) {
      throw new Error(
        `The store is of version ${version}, this program knows ${migrations.length}. Start the newer program, or restore the backup made before it.`,
      );
    }
    if (version < 0) throw corrupt(`its version is ${version}`);
    if (version === 0 && db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table'").get() !== undefined) {
      throw corrupt('it has tables, but no version of a store: another program made it, or its beginning is lost');
    }
    for (const sql of migrations.slice(version, to)) db.exec(sql);
    db.pragma(`user_version = ${Math.max(version, to)}`);
  });
}

/** As SQLite calls a file whose content contradicts itself. */
function corrupt(message: string): Error {
  return Object.assign(new Error(message), { code: 'SQLITE_CORRUPT' });
}
