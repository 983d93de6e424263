import { openDatabase } from '../../src/stores/sqlite/driver.ts';

const pageBytes = 4_096;

/** Where the root page of a table lies in a SQLite file: [start, end) in bytes. */
export function rootPageOf(file: string, table = 'deliveries'): [start: number, end: number] {
  const db = openDatabase(file, { readonly: true });
  const page = db.prepare<[string], number>('SELECT rootpage FROM sqlite_schema WHERE name = ?').pluck().get(table);
  db.close();
  if (page === undefined) throw new Error(`there is no table ${table}`);
  return [(page - 1) * pageBytes, page * pageBytes];
}
