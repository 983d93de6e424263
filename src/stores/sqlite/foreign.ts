import type { Database } from './database.ts';
import { openDatabase } from './driver.ts';
import { migrate, newestVersion } from './schema.ts';

/** An entry of `sqlite_schema`: https://www.sqlite.org/schematab.html */
interface Entry {
  type: string;
  name: string;
  tbl_name: string;
  sql: string | null;
}

/** The version of a store's schema; 0: none of this program's migrations ran there. */
export const schemaVersion = (db: Database): number => Number(db.pragma('user_version', { simple: true }));

export const isNewer = (version: number): boolean => version > newestVersion;

/**
 * Returns the differences between a database and an empty store of its version: parts that it has in addition, and
 * parts that it lacks, each as a phrase: `the trigger "copy" on the table "deliveries"`. A foreign trigger or view
 * would run with our reads and writes.
 */
export function foreignParts(db: Database): { unknown: string[]; missing: string[] } {
  const version = Math.max(0, schemaVersion(db));
  const own = openDatabase(':memory:');
  try {
    migrate(own, version);
    const expected = new Map(read(own).map((entry) => [keyOf(entry), entry]));
    const found = new Map(read(db).map((entry) => [keyOf(entry), entry]));
    const unknown = [...found].flatMap(([key, entry]) => {
      const meant = expected.get(key);
      if (meant === undefined) return isStatistics(entry) ? [] : [phrase(entry)];
      if (isSame(entry, meant)) return [];
      return entry.type === 'table' ? changedTable(db, own, entry) : [`another definition of ${phrase(entry)}`];
    });
    const missing = [...expected].flatMap(([key, entry]) => (found.has(key) ? [] : [phrase(entry)]));
    return { unknown, missing };
  } finally {
    own.close();
  }
}

const read = (db: Database): Entry[] =>
  db.prepare<[], Entry>('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name').all();

const keyOf = ({ type, name }: Entry): string => `${type} ${name}`;

/** ANALYZE makes these: https://www.sqlite.org/fileformat2.html#stattab */
const isStatistics = ({ type, name }: Entry): boolean => type === 'table' && /^sqlite_stat[134]$/.test(name);

/** SQLite stores a definition as it was written, with its line breaks. */
function isSame(a: Entry, b: Entry): boolean {
  const plain = (sql: string | null) => sql?.replace(/\s+/g, ' ').trim() ?? null;
  return a.tbl_name === b.tbl_name && plain(a.sql) === plain(b.sql);
}

function changedTable(db: Database, own: Database, entry: Entry): string[] {
  const columns = (of: Database) =>
    of.prepare<[string], string>('SELECT name FROM pragma_table_xinfo(?)').pluck().all(entry.name);
  const [has, meant] = [columns(db), columns(own)];
  const more = has.filter((name) => !meant.includes(name)).map((name) => `the column ${quoted(name)}`);
  const fewer = meant.filter((name) => !has.includes(name)).map((name) => `no column ${quoted(name)}`);
  const differences = [...more, ...fewer];
  if (differences.length === 0) return [`another definition of ${phrase(entry)}`];
  return differences.map((each) => `${each} in ${phrase(entry)}`);
}

function phrase({ type, name, tbl_name, sql }: Entry): string {
  const isVirtual = /^\s*CREATE\s+VIRTUAL\b/i.test(sql ?? '');
  const kind = `${isVirtual ? 'virtual ' : ''}${type}`;
  const on = type === 'trigger' || type === 'index' ? ` on the table ${quoted(tbl_name)}` : '';
  return `the ${kind} ${quoted(name)}${on}`;
}

/** Quotes a name from a file of unknown origin. */
const quoted = (name: string): string => JSON.stringify(String(name).slice(0, 60));
