import { createRequire } from 'node:module';
import type { Database, OpenOptions } from './database.ts';

/** https://github.com/WiseLibs/better-sqlite3/blob/master/docs/api.md, where it differs from `Database`. */
interface BetterSqlite extends Omit<Database, 'backup'> {
  backup(file: string, options: { progress: () => number }): Promise<unknown>;
}

/** SQLite reads it as "all remaining pages". */
const everyPage = 0x7fffffff;

/** npm installs it where Node's own SQLite is not complete: packages/sqlite-node20/package.json. */
export function openBetterSqlite(file: string, { readonly = false, timeout = 5_000 }: OpenOptions): Database {
  const Opened = load();
  const db = new Opened(file, { readonly, fileMustExist: readonly, timeout });
  return {
    prepare: (sql) => db.prepare(sql),
    exec: (sql) => void db.exec(sql),
    pragma: (source, more) => db.pragma(source, more),
    get inTransaction() {
      return db.inTransaction;
    },
    async backup(to) {
      await db.backup(to, { progress: () => everyPage });
    },
    close: () => void db.close(),
  };
}

function load(): new (file: string, options: object) => BetterSqlite {
  try {
    return createRequire(import.meta.url)('better-sqlite3');
  } catch (cause) {
    const message = `Node ${process.version} has no complete SQLite of its own, and better-sqlite3 is not installed for it. Use Node 22.16 or later, or run "npm ci" with this Node.`;
    throw new Error(message, { cause });
  }
}
