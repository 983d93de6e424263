import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { Database } from '../../src/stores/sqlite/database.ts';
import { drivers, inTransaction, openDatabase, sqliteCode } from '../../src/stores/sqlite/driver.ts';
import { tempDir } from '../support/temp.ts';

const driverFile = join(import.meta.dirname, '../../src/stores/sqlite/driver.ts');

/** Runs TypeScript in another Node process, without flags that silence warnings, as a user starts it. */
function inNode(code: string): { status: number | null; stdout: string; stderr: string } {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const args = ['--import', 'tsx', '--input-type=module', '-e', code];
  return spawnSync(process.execPath, args, { encoding: 'utf8', env });
}

const codeOf = (run: () => unknown): string | null => {
  try {
    run();
  } catch (error) {
    // better-sqlite3 gives extended codes, such as SQLITE_CONSTRAINT_UNIQUE.
    return /^SQLITE_[A-Z]+/.exec(sqliteCode(error))?.[0] ?? null;
  }
  return assert.fail('nothing was thrown');
};

for (const name of drivers()) {
  const open = (file: string, options = {}) => openDatabase(file, options, name);
  describe(`driver ${name}`, () => {
    function make(t: TestContext, file = join(tempDir(t), 'a.db')): Database {
      const db = open(file, { timeout: 0 });
      t.after(() => db.close());
      return db;
    }

    it('returns rows as plain objects, a missing row as undefined, and a plucked column as its value', (t) => {
      const db = make(t);
      db.exec('CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT, c REAL, d BLOB)');
      const insert = db.prepare('INSERT INTO t VALUES (?, ?, ?, ?)');
      assert.equal(insert.run(1, 'x', 1.5, new Uint8Array([1, 2])).changes, 1);
      insert.run(2, null, 2 ** 52, null);
      const all = db.prepare<[number], Record<string, unknown>>('SELECT a, b, c FROM t WHERE a >= ? ORDER BY a');
      assert.deepEqual(all.all(1), [
        { a: 1, b: 'x', c: 1.5 },
        { a: 2, b: null, c: 2 ** 52 },
      ]);
      assert.deepEqual(all.get(2), { a: 2, b: null, c: 2 ** 52 });
      assert.equal(all.get(3), undefined);
      assert.deepEqual(all.all(3), []);
      const bytes = db.prepare<[number], Uint8Array | null>('SELECT d FROM t WHERE a = ?').pluck();
      assert.deepEqual([...(bytes.get(1) ?? [])], [1, 2]);
      assert.equal(bytes.get(2), null);
      assert.equal(bytes.get(3), undefined);
      assert.deepEqual(db.prepare<[], number>('SELECT a FROM t ORDER BY a').pluck().all(), [1, 2]);
    });

    it('returns the columns of RETURNING, for get and for all', (t) => {
      const db = make(t);
      db.exec('CREATE TABLE t (a INTEGER PRIMARY KEY, b)');
      const insert = db.prepare<[number, number], { a: number }>('INSERT INTO t VALUES (1, ?), (2, ?) RETURNING a');
      assert.deepEqual(insert.get(5, 6), { a: 1 });
      assert.equal(db.prepare('SELECT count(*) FROM t').pluck().get(), 2, 'get runs the statement to its end');
      const update = db.prepare<[], number>('UPDATE t SET b = b + 1 RETURNING b').pluck();
      assert.deepEqual(update.all(), [6, 7]);
    });

    it('assigns values to the right names after another connection added a column', (t) => {
      const file = join(tempDir(t), 'a.db');
      const [db, other] = [make(t, file), make(t, file)];
      db.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1)');
      const read = db.prepare<[], Record<string, unknown>>('SELECT t.*, 9 AS last FROM t');
      assert.deepEqual(read.get(), { a: 1, last: 9 });
      other.exec('ALTER TABLE t ADD COLUMN b DEFAULT 5');
      assert.deepEqual(read.get(), { a: 1, b: 5, last: 9 });
    });

    it('commits a transaction, and rolls back one that throws', (t) => {
      const db = make(t);
      db.exec('CREATE TABLE t (a)');
      assert.equal(
        inTransaction(db, () => {
          assert.ok(db.inTransaction);
          db.exec('INSERT INTO t VALUES (1)');
          return 'done';
        }),
        'done',
      );
      assert.throws(
        () =>
          inTransaction(db, () => {
            db.exec('INSERT INTO t VALUES (2)');
            throw new Error('no');
          }),
        /^Error: no$/,
      );
      assert.equal(db.inTransaction, false);
      assert.deepEqual(db.prepare('SELECT a FROM t').pluck().all(), [1]);
    });

    it('gives the code of each error', (t) => {
      const dir = tempDir(t);
      const file = join(dir, 'a.db');
      const db = make(t, file);
      db.exec('CREATE TABLE t (a PRIMARY KEY, b)');
      assert.equal(
        codeOf(() => db.exec('SELEC')),
        'SQLITE_ERROR',
      );
      db.exec('INSERT INTO t VALUES (1, 1)');
      assert.equal(
        codeOf(() => db.prepare('INSERT INTO t VALUES (1, 1)').run()),
        'SQLITE_CONSTRAINT',
      );
      const other = make(t, file);
      other.exec('BEGIN IMMEDIATE');
      assert.equal(
        codeOf(() => db.prepare('BEGIN IMMEDIATE').run()),
        'SQLITE_BUSY',
      );
      other.exec('COMMIT');
      db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true })}`);
      const big = db.prepare('INSERT INTO t VALUES (?, ?)');
      assert.equal(
        codeOf(() => big.run(2, 'x'.repeat(100_000))),
        'SQLITE_FULL',
      );
      const only = open(file, { readonly: true });
      assert.equal(
        codeOf(() => only.exec('INSERT INTO t VALUES (3, 3)')),
        'SQLITE_READONLY',
      );
      only.close();
      writeFileSync(join(dir, 'no.db'), 'this is no database, but long enough to look at'.repeat(100));
      assert.equal(
        codeOf(() => make(t, join(dir, 'no.db')).pragma('user_version')),
        'SQLITE_NOTADB',
      );
      assert.equal(
        codeOf(() => open(join(dir, 'none.db'), { readonly: true })),
        'SQLITE_CANTOPEN',
      );
      assert.equal(sqliteCode(new Error('other')), '');
      assert.equal(sqliteCode(Object.assign(new Error('gone'), { code: 'ENOENT' })), '');
      assert.equal(sqliteCode(undefined), '');
    });

    it('binds named parameters beside numbered ones', (t) => {
      const db = make(t);
      const named = db.prepare<[{ a: number; b: string }], unknown>('SELECT @a AS a, @b AS b, @a + 1 AS c');
      assert.deepEqual(named.get({ a: 1, b: 'x' }), { a: 1, b: 'x', c: 2 });
      const both = db.prepare<[{ a: number }, number], unknown>('SELECT @a AS a, ? AS b');
      assert.deepEqual(both.all({ a: 1 }, 2), [{ a: 1, b: 2 }]);
    });

    it('waits for the lock of another process until its time limit', { timeout: 60_000 }, (t) => {
      const file = join(tempDir(t), 'a.db');
      make(t, file).exec('CREATE TABLE t (a)');
      const other = make(t, file);
      other.exec('BEGIN IMMEDIATE');
      const waits = open(file, { timeout: 300 });
      const startedAt = performance.now();
      assert.equal(
        codeOf(() => waits.exec('BEGIN IMMEDIATE')),
        'SQLITE_BUSY',
      );
      assert.ok(performance.now() - startedAt >= 250);
      waits.close();
    });

    it('copies a database while it is written to', async (t) => {
      const dir = tempDir(t);
      const db = make(t, join(dir, 'a.db'));
      db.pragma('journal_mode = WAL');
      db.exec('CREATE TABLE t (a)');
      db.exec(
        'INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 50000) SELECT i FROM n',
      );
      const copied = db.backup(join(dir, 'copy.db'));
      db.exec('INSERT INTO t VALUES (0)');
      await copied;
      const copy = make(t, join(dir, 'copy.db'));
      assert.ok((copy.prepare<[], number>('SELECT count(*) FROM t').pluck().get() ?? 0) >= 50_000);
      assert.equal(copy.pragma('integrity_check', { simple: true }), 'ok');
      await assert.rejects(db.backup(join(dir, 'none', 'copy.db')));
    });

    it('opens a file of any name, also one that looks like a URI', (t) => {
      const dir = tempDir(t);
      for (const file of ['a b?mode=ro.db', 'file:x?mode=memory', 'ü#%20.db']) {
        make(t, join(dir, file)).exec('CREATE TABLE t (a)');
        assert.ok(existsSync(join(dir, file)), file);
      }
    });

    it('may be closed twice, and cannot be used afterwards', (t) => {
      const db = make(t);
      db.close();
      db.close();
      assert.throws(() => db.exec('SELECT 1'));
    });

    it('throws SQLITE_CANTOPEN for a file that cannot be opened', (t) => {
      // A folder, because root may read every file.
      const folder = tempDir(t);
      assert.equal(
        codeOf(() => make(t, folder)),
        'SQLITE_CANTOPEN',
      );
    });
  });
}

describe('the driver of this Node', () => {
  it('prints no warning that SQLite is experimental, and silences no other warning', () => {
    const { stdout, stderr, status } = inNode(`
      const { openDatabase } = await import(${JSON.stringify(driverFile)});
      process.emitWarning('SQLite is an experimental feature', 'Another');
      const before = process.emitWarning;
      const db = openDatabase(':memory:');
      process.emitWarning('feature x is experimental', 'ExperimentalWarning');
      console.log(db.prepare('SELECT 7').pluck().get(), process.emitWarning === before);`);
    assert.equal(status, 0, stderr);
    assert.equal(stdout.trim(), '7 true');
    assert.match(stderr, /Another: SQLite is an experimental feature/);
    assert.match(stderr, /ExperimentalWarning: feature x is experimental/);
    assert.doesNotMatch(stderr, /might change at any time/);
  });
});
