import type { Database, Value } from '../sqlite/database.ts';
import type { CopiedRow, SourceEnd, TargetEnd } from './ends.ts';
import type { CopiedTable } from './tables.ts';

/** Reads a SQLite store of the newest version, in a transaction of the caller's. */
export function sqliteSource(db: Database): SourceEnd {
  return {
    async columns(table) {
      const names = db
        .prepare<[string], string>('SELECT name FROM pragma_table_xinfo(?)')
        .pluck()
        .all(table.name)
        .filter((name) => !table.onlySqlite?.includes(name));
      const own = new Map(Object.entries(table.inSqlite ?? {}).map(([theirs, ours]) => [ours, theirs]));
      return names.map((name) => own.get(name) ?? name);
    },

    async *pages(table, columns) {
      const key = table.key.map((name) => columnOf(table, name));
      const list = columns.map((name) => columnOf(table, name)).join(', ');
      const where = table.where ?? 'true';
      const end = `ORDER BY ${key.join(', ')} LIMIT ${table.rowsAtOnce}`;
      const first = db.prepare<[], Record<string, Value>>(`SELECT ${list} FROM ${table.name} WHERE ${where} ${end}`);
      const after = db.prepare<Value[], Record<string, Value>>(
        `SELECT ${list} FROM ${table.name} WHERE ${where} AND (${key.join(', ')}) > (${key.map(() => '?').join(', ')}) ${end}`,
      );
      for (let page = first.all(); page.length > 0; ) {
        yield page.map((row) => columns.map((name) => row[columnOf(table, name)] ?? null));
        const last = page.at(-1) as Record<string, Value>;
        page = page.length < table.rowsAtOnce ? [] : after.all(...key.map((name) => last[name] ?? null));
      }
    },

    async lastNumber(table) {
      const kept = db.prepare<[string], number>('SELECT seq FROM sqlite_sequence WHERE name = ?').pluck();
      const highest = db.prepare<[], number | null>(`SELECT max(${table.numbered}) FROM ${table.name}`).pluck();
      return Math.max(kept.get(table.name) ?? 0, highest.get() ?? 0);
    },
  };
}

/** Writes an empty SQLite store of the newest version, in a transaction of the caller's. */
export function sqliteTarget(db: Database): TargetEnd {
  return {
    ...sqliteSource(db),
    fit: (text) => text,

    async write(table, columns, rows) {
      const list = columns.map((name) => columnOf(table, name)).join(', ');
      const insert = db.prepare<Value[]>(
        `INSERT INTO ${table.name} (${list}) VALUES (${columns.map(() => '?').join(', ')})`,
      );
      for (const row of rows as readonly CopiedRow[]) insert.run(...row);
    },

    /** Only with AUTOINCREMENT are numbers above the highest row remembered; other tables never delete their newest row. */
    async numberAfter(table, last) {
      if (!isCounted(db, table)) return;
      const { changes } = db
        .prepare<[number, string]>('UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?')
        .run(last, table.name);
      if (changes === 0) {
        db.prepare<[string, number]>('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)').run(table.name, last);
      }
    },

    async complete() {
      // Nothing of a lane is open before its `first_seq`.
      db.exec(`UPDATE lanes SET first_seq = open.first FROM (
        SELECT lane, min(seq) AS first FROM deliveries WHERE open = 1 GROUP BY lane) open WHERE open.lane = lanes.id`);
    },
  };
}

const columnOf = (table: CopiedTable, name: string): string => table.inSqlite?.[name] ?? name;

function isCounted(db: Database, { name }: CopiedTable): boolean {
  const sql = db.prepare<[string], string>('SELECT sql FROM sqlite_schema WHERE name = ?').pluck().get(name) ?? '';
  return sql.includes('AUTOINCREMENT');
}
