import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { copyTables, isEqual } from '../../src/stores/copy/copy.ts';
import type { CopiedRow, TargetEnd } from '../../src/stores/copy/ends.ts';
import { sqliteSource, sqliteTarget } from '../../src/stores/copy/sqlite-end.ts';
import { copiedTables, uncopiedTables } from '../../src/stores/copy/tables.ts';
import { openDatabase } from '../../src/stores/sqlite/driver.ts';
import { migrate } from '../../src/stores/sqlite/schema.ts';

function emptyStore(t: TestContext) {
  const db = openDatabase(':memory:');
  migrate(db);
  t.after(() => db.close());
  return db;
}

/** Copies a store of 3,000 events; `fault` changes what is written. */
async function copied(t: TestContext, fault: (rows: readonly CopiedRow[]) => readonly CopiedRow[]) {
  const [from, to] = [emptyStore(t), emptyStore(t)];
  const insert = from.prepare<[string, number]>('INSERT INTO events (key, at, delivery) VALUES (?, ?, NULL)');
  for (let n = 0; n < 3_000; n += 1) insert.run(`event ${n}`, n / 8);
  const target = sqliteTarget(to);
  const faulty: TargetEnd = {
    ...target,
    write: (table, columns, rows) => target.write(table, columns, table.name === 'events' ? fault(rows) : rows),
  };
  const copies = await copyTables(sqliteSource(from), faulty, () => {});
  return { copies };
}

const changed = (copies: Awaited<ReturnType<typeof copied>>['copies']): string[] =>
  copies.filter((copy) => !isEqual(copy)).map(({ name }) => name);

describe('copying a store', () => {
  it('copies every table of SQLite, or knows it as one of one store', (t) => {
    const tables = emptyStore(t)
      .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .pluck()
      .all();
    const known = [...copiedTables.map(({ name }) => name), ...uncopiedTables];
    assert.deepEqual(
      tables.filter((name) => !known.includes(name)),
      [],
    );
  });

  it('copies tables of several pages', async (t) => {
    const { copies } = await copied(t, (rows) => rows);
    assert.deepEqual(changed(copies), []);
    assert.equal(copies.find(({ name }) => name === 'events')?.target.rows, 3_000);
  });

  it('finds a row that is missing, and one that has another value', async (t) => {
    assert.deepEqual(changed((await copied(t, (rows) => rows.slice(1))).copies), ['events']);
    const later = (row: CopiedRow) => row.map((value) => (value === 1.125 ? 1.25 : value));
    assert.deepEqual(changed((await copied(t, (rows) => rows.map(later))).copies), ['events']);
    const empty = (row: CopiedRow) => row.map((value) => value ?? '');
    assert.deepEqual(changed((await copied(t, (rows) => rows.map(empty))).copies), ['events'], 'NULL is no empty text');
  });

  it('refuses tables with other columns, of which one would be lost', async (t) => {
    const [from, to] = [emptyStore(t), emptyStore(t)];
    from.exec('ALTER TABLE mutes ADD COLUMN more TEXT');
    await assert.rejects(
      copyTables(sqliteSource(from), sqliteTarget(to), () => {}),
      /table mutes has other columns .* more/,
    );
  });
});
