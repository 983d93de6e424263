import type { ClientBase } from 'pg';
import { withoutNul } from '../postgres/session.ts';
import type { CopiedRow, CopiedValue, SourceEnd, TargetEnd } from './ends.ts';
import { CopyRefused } from './refused.ts';
import { type CopiedTable, copiedTables } from './tables.ts';

/** A connection. */
export type Asked = Pick<ClientBase, 'query'>;

/** Reads a PostgreSQL store of the newest version, in a transaction of the caller's. */
export function postgresSource(client: Asked): SourceEnd {
  return {
    async columns(table) {
      const more = Object.keys(table.inPostgres?.more ?? {});
      return [...(await columnTypes(client, table)).keys()].filter((name) => !more.includes(name));
    },

    async *pages(table, columns) {
      const types = await columnTypes(client, table);
      const list = columns.map((name) => (types.get(name) === 'boolean' ? `${name}::int` : name)).join(', ');
      const rows = table.inPostgres === undefined ? table.name : `(${table.inPostgres.rows}) r`;
      const order = table.numbered === undefined ? '' : `ORDER BY ${table.numbered}`;
      await client.query(
        `DECLARE copied NO SCROLL CURSOR FOR SELECT ${list} FROM ${rows} WHERE ${table.where ?? 'true'} ${order}`,
      );
      const fetch = { text: `FETCH ${table.rowsAtOnce} FROM copied`, rowMode: 'array' as const };
      for (;;) {
        const page = await client.query<CopiedValue[]>(fetch);
        if (page.rows.length === 0) break;
        yield page.rows;
      }
      await client.query('CLOSE copied');
    },

    async lastNumber(table) {
      const own = table.inPostgres?.last;
      if (own !== undefined) return (await client.query(own.read)).rows[0].last;
      const sequence = await client.query('SELECT pg_get_serial_sequence($1, $2) AS name', [
        table.name,
        table.numbered,
      ]);
      const { rows } = await client.query(
        `SELECT last_value - CASE WHEN is_called THEN 0 ELSE 1 END AS last FROM ${sequence.rows[0].name}`,
      );
      return rows[0].last;
    },
  };
}

/** Writes an empty PostgreSQL store of the newest version, in a transaction of the caller's. */
export function postgresTarget(client: Asked): TargetEnd {
  return {
    ...postgresSource(client),
    fit: withoutNul,

    async write(table, columns, rows) {
      const types = await columnTypes(client, table);
      const more = Object.entries(table.inPostgres?.more ?? {});
      const given = columns.map((name, index) => `$${index + 1}::${types.get(name)}[]`);
      await client.query(
        `INSERT INTO ${table.name} (${[...columns, ...more.map(([name]) => name)].join(', ')}) OVERRIDING SYSTEM VALUE
         SELECT ${['u.*', ...more.map(([, value]) => value)].join(', ')} FROM unnest(${given.join(', ')}) u`,
        columns.map((name, index) => valuesOf(rows, index, types.get(name) === 'boolean')),
      );
    },

    async numberAfter(table, last) {
      const own = table.inPostgres?.last;
      if (own !== undefined) {
        await client.query(own.write, [last]);
        return;
      }
      // Unlike setval it is undone with the transaction.
      await client.query(`ALTER TABLE ${table.name} ALTER COLUMN ${table.numbered} RESTART WITH ${last + 1}`);
    },

    async complete() {
      // For the planner: autovacuum would do it a minute later.
      await client.query(`ANALYZE ${copiedTables.map(({ name }) => name).join(', ')}`);
    },
  };
}

const valuesOf = (rows: readonly CopiedRow[], index: number, isBoolean: boolean) =>
  rows.map((row) => (isBoolean && row[index] !== null ? row[index] === 1 : row[index]));

/** Returns the columns of a table with their types, in their order. */
async function columnTypes(client: Asked, { name }: CopiedTable): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; type: string }>(
    `SELECT attname AS name, format_type(atttypid, NULL) AS type FROM pg_attribute
     WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [name],
  );
  if (rows.length === 0) throw new CopyRefused(`The table ${name} is missing in the store; nothing was changed.`);
  return new Map(rows.map((row) => [row.name, row.type]));
}
