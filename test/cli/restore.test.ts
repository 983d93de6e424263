import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Database } from '../../src/stores/sqlite/database.ts';
import { openDatabase } from '../../src/stores/sqlite/driver.ts';
import { migrate, newestVersion } from '../../src/stores/sqlite/schema.ts';
import { rootPageOf } from '../support/root-page.ts';
import { tempDir } from '../support/temp.ts';
import { ultronex } from './support.ts';

const subscription = `INSERT INTO subscriptions (id, team, user, pattern, created_at) VALUES ('s1', 'T', 'U', 'disk', 1)`;

/** Creates a backup of any version and changes it. */
function makeBackup(t: TestContext, change: (db: Database) => void = () => {}, version = newestVersion): string {
  const file = join(tempDir(t), 'backup.db');
  const db = openDatabase(file);
  migrate(db, version);
  db.exec(subscription);
  change(db);
  db.close();
  return file;
}

async function restore(t: TestContext, file: string, ...more: string[]) {
  const dir = tempDir(t);
  // A current store, which a refusal must not change.
  writeFileSync(join(dir, 'ultronex.db'), 'in force');
  const { code, err } = await ultronex(['restore', file, '--force', ...more], { DATA_DIR: dir });
  const untouched = readdirSync(dir).join() === 'ultronex.db';
  return { code, err, untouched: untouched && readFileSync(join(dir, 'ultronex.db'), 'utf8') === 'in force' };
}

async function refused(t: TestContext, file: string, said: RegExp): Promise<void> {
  const { code, err, untouched } = await restore(t, file);
  assert.equal(code, 1, err);
  assert.match(err, said);
  assert.ok(err.startsWith('ultronex restore: '), err);
  assert.ok(!err.includes('\n'), err);
  assert.ok(untouched);
}

describe('ultronex restore refuses anything but a file, without blocking', () => {
  it('refuses a FIFO, also behind a symbolic link and in place of the log', async (t) => {
    const dir = tempDir(t);
    execFileSync('mkfifo', [join(dir, 'fifo')]);
    symlinkSync(join(dir, 'fifo'), join(dir, 'link'));
    await refused(t, join(dir, 'fifo'), /fifo is a FIFO, not a file\. Give the file of a backup/);
    await refused(t, join(dir, 'link'), /link is a FIFO/);
    const backup = makeBackup(t, (db) => db.pragma('journal_mode = WAL'));
    for (const end of ['-wal', '-shm', '-journal']) {
      execFileSync('mkfifo', [`${backup}${end}`]);
      await refused(t, backup, new RegExp(`${end} is a FIFO`));
      execFileSync('rm', [`${backup}${end}`]);
    }
  });

  it('refuses a device, a directory, a socket and a broken link', async (t) => {
    const dir = tempDir(t);
    await refused(t, '/dev/zero', /\/dev\/zero is a device/);
    await refused(t, '/dev/null', /\/dev\/null is a device/);
    await refused(t, dir, /is a directory, not a file/);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(dir, 'socket'), resolve));
    t.after(() => server.close());
    await refused(t, join(dir, 'socket'), /socket is a socket/);
    symlinkSync(join(dir, 'nothing'), join(dir, 'link'));
    await refused(t, join(dir, 'link'), /link cannot be read/);
    symlinkSync('loop', join(dir, 'loop'));
    await refused(t, join(dir, 'loop'), /loop cannot be read: its symbolic links go round/);
    await refused(t, join(dir, 'none'), /There is no .*none/);
  });

  it('refuses such an entry in place of the store in DATA_DIR', async (t) => {
    const dir = tempDir(t);
    mkdirSync(join(dir, 'ultronex.db'));
    const { code, err } = await ultronex(['restore', makeBackup(t), '--force'], { DATA_DIR: dir });
    assert.equal(code, 1);
    assert.match(err, /ultronex\.db is a directory, not a file\. Move it away; nothing was changed/);
  });

  it('accepts a symbolic link to a backup', async (t) => {
    const link = join(tempDir(t), 'link');
    symlinkSync(makeBackup(t), link);
    assert.equal((await restore(t, link)).code, 0);
  });
});

describe('ultronex restore refuses anything but a SQLite file, and names its kind', () => {
  for (const [what, content, said] of [
    ['an empty file', '', /is empty\. Take another backup/],
    [
      'a gzip archive',
      gzipSync('x'.repeat(1_000)),
      /is a gzip archive, not a SQLite file\. Unpack it first \(gunzip\)/,
    ],
    ['a zstd archive', Buffer.from('28b52ffd00', 'hex'), /is a zstd archive.*unzstd/],
    [
      'a text',
      'CREATE TABLE deliveries (id)\n'.repeat(9),
      /is not a SQLite file but a text\. Give a file that `ultronex/,
    ],
    ['bytes', Buffer.from([0, 1, 2, 3, 0xff, 0xfe]), /is not a SQLite file\. Give/],
    ['a file of zeros', Buffer.alloc(8_192), /is not a SQLite file\. Give/],
    ['the head of a SQLite file', 'SQLite format 3\0', /is cut off/],
  ] as [string, string | Buffer, RegExp][]) {
    it(what, async (t) => {
      const file = join(tempDir(t), 'file');
      writeFileSync(file, content);
      await refused(t, file, said);
    });
  }

  it('refuses a damaged file and a truncated one', async (t) => {
    const file = makeBackup(t);
    const page = rootPageOf(file);
    const bytes = readFileSync(file);
    for (const [name, content] of [
      ['zeroed', Buffer.from(bytes).fill(0, ...page)],
      ['half', bytes.subarray(0, 8_192)],
      ['odd', bytes.subarray(0, 10_001)],
      ['header only', bytes.subarray(0, 100)],
    ] as const) {
      const damaged = join(tempDir(t), name);
      writeFileSync(damaged, content);
      await refused(t, damaged, /is damaged|is not a SQLite file|is cut off/);
    }
  });
});

describe('ultronex restore refuses a database with foreign parts', () => {
  for (const [what, sql, said] of [
    [
      'a trigger',
      `CREATE TRIGGER copy AFTER INSERT ON deliveries BEGIN DELETE FROM subscriptions; END`,
      /has: the trigger "copy" on the table "deliveries"\. Take another backup; if you added this yourself, drop it/,
    ],
    ['a view', 'CREATE VIEW spy AS SELECT text FROM deliveries', /has: the view "spy"\./],
    [
      'a view in place of a table',
      'ALTER TABLE mutes RENAME TO m2; CREATE VIEW mutes AS SELECT * FROM m2',
      /the table "mutes"/,
    ],
    ['an unknown table', 'CREATE TABLE other (a)', /has: the table "other"\./],
    ['a virtual table', 'CREATE VIRTUAL TABLE words USING fts5(a)', /the virtual table "words"/],
    [
      'an index that calls functions',
      'CREATE INDEX slow ON deliveries (hex(text))',
      /the index "slow" on the table "deliveries"/,
    ],
    [
      'an unknown column',
      'ALTER TABLE subscriptions ADD COLUMN evil TEXT',
      /the column "evil" in the table "subscriptions"/,
    ],
    ['a generated column', 'ALTER TABLE meta ADD COLUMN g AS (hex(name))', /the column "g" in the table "meta"/],
    [
      'a column that is gone',
      'ALTER TABLE deliveries DROP COLUMN permalink',
      /no column "permalink" in the table "deliveries"/,
    ],
    [
      'a table with another rule',
      'DROP TABLE counters; CREATE TABLE counters (team TEXT, name TEXT, value INTEGER NOT NULL CHECK (value < 5), PRIMARY KEY (team, name)) WITHOUT ROWID',
      /another definition of the table "counters"/,
    ],
    [
      'another definition of an index',
      'DROP INDEX lanes_due; CREATE INDEX lanes_due ON lanes (tat)',
      /another definition/,
    ],
    ['no table of messages', 'DROP TABLE deliveries', /lacks the index .*the table "deliveries"/],
    ['many of them', [1, 2, 3, 4, 5, 6, 7].map((n) => `CREATE TABLE t${n} (a)`).join(';'), /"t5" and 2 more\./],
    ['a name with escape codes', 'CREATE TABLE "a\u001b[2Jb" (a)', /the table "a\\u001b\[2Jb"/],
  ] as [string, string, RegExp][]) {
    it(what, async (t) => {
      await refused(
        t,
        makeBackup(t, (db) => db.exec(sql)),
        said,
      );
    });
  }

  it('refuses foreign parts in a backup of each older version', async (t) => {
    for (let version = 1; version <= newestVersion; version++) {
      const add = (db: Database) => db.exec('CREATE VIEW spy AS SELECT 1');
      await refused(t, makeBackup(t, add, version), /the view "spy"/);
    }
  });

  it('refuses a backup of a newer program, an empty database, and one without a version', async (t) => {
    await refused(
      t,
      makeBackup(t, (db) => db.pragma('user_version = 999')),
      /The store is of version 999, which is newer than this program\. Restore it with the program that made it/,
    );
    const none = makeBackup(t, (db) => db.pragma('user_version = 0'));
    await refused(t, none, /is not a store of Ultronex: it has the index/);
    const negative = makeBackup(t, (db) => db.pragma('user_version = -1'));
    await refused(t, negative, /is not a store of Ultronex/);
    const empty = join(tempDir(t), 'empty.db');
    const db = openDatabase(empty);
    db.pragma('user_version = 0');
    db.exec('VACUUM');
    db.close();
    await refused(t, empty, /is empty|it has no tables/);
  });

  it('accepts each older version and the tables of ANALYZE', async (t) => {
    for (let version = 1; version <= newestVersion; version++) {
      const { code, err } = await restore(
        t,
        makeBackup(t, (db) => db.exec('ANALYZE'), version),
      );
      assert.equal(code, 0, `${version}: ${err}`);
    }
  });
});

describe('ultronex restore of a store that was copied without `ultronex backup`', () => {
  const wal = (db: Database) => void db.pragma('journal_mode = WAL');

  it('refuses a copy in WAL mode without its log, unless no program ran', async (t) => {
    const file = makeBackup(t, wal);
    assert.ok(!existsSync(`${file}-wal`));
    await refused(t, file, /copied without its log .*-wal, so the newest messages may be missing\..*--without-log/);
    assert.equal((await restore(t, file, '--without-log')).code, 0);
  });

  it('accepts a copy with its log, and restores commits that are only in the log', async (t) => {
    const [from, to] = [makeBackup(t, wal), join(tempDir(t), 'copy.db')];
    const running = openDatabase(from);
    running.exec(`INSERT INTO subscriptions (id, team, user, pattern, created_at) VALUES ('s2', 'T', 'U', 'new', 2)`);
    for (const end of ['', '-wal']) copyFileSync(from + end, to + end);
    running.close();
    const dir = tempDir(t);
    const { code, out, err } = await ultronex(['restore', to], { DATA_DIR: dir });
    assert.equal(code, 0, err);
    assert.match(out, /2 tracked patterns/);
    await refused(
      t,
      makeBackup(t, (db) => {
        wal(db);
        db.exec('CREATE VIEW spy AS SELECT 1');
      }),
      /without its log/,
    );
  });

  it('backup warns when restore would refuse its file', async (t) => {
    const dir = tempDir(t);
    copyFileSync(
      makeBackup(t, (db) => db.exec('CREATE VIEW mine AS SELECT 1')),
      join(dir, 'ultronex.db'),
    );
    const { code, err } = await ultronex(['backup', join(dir, 'b.db')], { DATA_DIR: dir });
    assert.equal(code, 0);
    assert.match(err, /`ultronex restore` will refuse it, because it has the view "mine"/);
  });
});
