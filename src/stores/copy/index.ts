/** Copies a store between SQLite and PostgreSQL. Loaded when it is asked for. */
import { copyTables, isEqual, type TableCopy } from './copy.ts';
import type { SourceEnd, TargetEnd } from './ends.ts';
import { fillPostgres, type PostgresPlace, type Replacement, readPostgres } from './postgres-store.ts';
import { CopyRefused } from './refused.ts';
import { fillSqlite, readSqlite, type SqlitePlace } from './sqlite-store.ts';

export type { TableCopy } from './copy.ts';
export { askPostgres } from './postgres-store.ts';
export { CopyRefused } from './refused.ts';
export { lockSqlite } from './sqlite-store.ts';
export type { TableSum } from './table-sum.ts';

export interface CopyRequest {
  from: { sqlite: SqlitePlace } | { postgres: PostgresPlace; isLive: boolean };
  to: { sqlite: SqlitePlace } | { postgres: PostgresPlace; replacement: Replacement };
  /** Called for each table after it was copied and read again. */
  onTable(copy: TableCopy): void;
}

export interface Copied {
  tables: TableCopy[];
  /** The schema that has the store that was there; null: there was none. */
  former: string | null;
}

/** Copies a whole store into an empty one and compares both. @throws CopyRefused; then the target is as it was */
export function copyBetween({ from, to, onTable }: CopyRequest): Promise<Copied> {
  const copy = (source: SourceEnd) => async (target: TargetEnd) => {
    const tables = await copyTables(source, target, onTable);
    const other = tables.filter((table) => !isEqual(table)).map(({ name }) => name);
    if (other.length === 0) return tables;
    throw new CopyRefused(`The copy differs from the source in ${other.join(', ')}; it was not kept. Try again.`);
  };
  const fill = async (source: SourceEnd): Promise<Copied> => {
    if ('sqlite' in to) return { tables: await fillSqlite(to.sqlite, copy(source)), former: null };
    const { value, former } = await fillPostgres(to.postgres, to.replacement, copy(source));
    return { tables: value, former };
  };
  return 'sqlite' in from ? readSqlite(from.sqlite, fill) : readPostgres(from.postgres, from.isLive, fill);
}
