/** Stores: SQLite and PostgreSQL, their health, and what backup, restore and doctor need of SQLite's files. */
import type { DatabaseAddress } from '../lib/database-tls.ts';
import type { Store } from '../ports/store.ts';
import type { Copied, CopyRequest } from './copy/index.ts';
import type { Examined } from './postgres/examine.ts';
import type { PostgresOptions } from './postgres/options.ts';
import type { Database } from './sqlite/database.ts';

export { judgeServerVersion } from './common/server-version.ts';
export type { Copied, TableCopy } from './copy/index.ts';
export { createStoreHealth, type StoreHealth } from './health.ts';
export type { DatabaseFacts } from './postgres/examine.ts';
export { damaged, describeDamage, isDamage, onOneLine, remedyForDamage } from './sqlite/damage.ts';
export type { Database } from './sqlite/database.ts';
export { openDatabase, sqliteCode } from './sqlite/driver.ts';
export { foreignParts, isNewer, schemaVersion } from './sqlite/foreign.ts';
export { createIds } from './sqlite/ids.ts';
export { createStateTable } from './sqlite/state.ts';
export { createSqliteStore } from './sqlite/store.ts';

/** Opens the store that several instances share. Its code is loaded by this call. @throws StoreUnavailable */
export async function createPostgresStore(options: PostgresOptions): Promise<Store> {
  const store = await import('./postgres/open.ts');
  return store.createPostgresStore(options);
}

/** Copies a store between SQLite and PostgreSQL, and compares both. @throws CopyRefused */
export async function copyBetween(request: CopyRequest): Promise<Copied> {
  const copying = await import('./copy/index.ts');
  return copying.copyBetween(request);
}

/** Keeps other programs from a SQLite store until `db`, which has not read yet, is closed. @throws CopyRefused */
export async function lockSqlite(db: Database, file: string): Promise<void> {
  const copying = await import('./copy/index.ts');
  copying.lockSqlite({ db, file });
}

/** Asks a PostgreSQL server for its state, for `ultronex doctor`. Never rejects. @param now milliseconds since the epoch */
export async function examinePostgres(address: DatabaseAddress, now: () => number): Promise<Examined> {
  const examining = await import('./postgres/examine.ts');
  return examining.examinePostgres(address, now);
}

/** Reads a value that a store in PostgreSQL keeps by name; null for none, and when it cannot be read. */
export async function readPostgresState(address: DatabaseAddress, name: string): Promise<string | null> {
  const examining = await import('./postgres/examine.ts');
  return examining.readPostgresState(address, name);
}

/** Asks a store in PostgreSQL queries of one number, with at most one `?`, at one moment. @throws CopyRefused */
export async function askPostgres<T>(
  address: DatabaseAddress,
  work: (ask: (sql: string, value?: string | number) => Promise<number>) => Promise<T>,
): Promise<T> {
  const copying = await import('./copy/index.ts');
  return copying.askPostgres(address, work);
}
