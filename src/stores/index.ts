/** Stores: SQLite, its health, and what backup, restore and doctor need of its files. */
export { createStoreHealth } from './health.ts';
export { damaged, describeDamage, isDamage, onOneLine, remedyForDamage } from './sqlite/damage.ts';
export type { Database } from './sqlite/database.ts';
export { openDatabase, sqliteCode } from './sqlite/driver.ts';
export { foreignParts, isNewer, schemaVersion } from './sqlite/foreign.ts';
export { createIds } from './sqlite/ids.ts';
export { createStateTable } from './sqlite/state.ts';
export { createSqliteStore } from './sqlite/store.ts';
