import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { StoreUnavailable } from '../../src/domain/errors.ts';
import { describeDamage } from '../../src/stores/sqlite/damage.ts';
import { type DriverName, drivers, openDatabase } from '../../src/stores/sqlite/driver.ts';
import { createSqliteStore } from '../../src/stores/sqlite/store.ts';
import { asStoreError } from '../../src/stores/sqlite/store-error.ts';
import { manualClock } from '../support/clock.ts';
import { rootPageOf } from '../support/root-page.ts';
import { tempDir } from '../support/temp.ts';

const pageBytes = 4_096;

function open(
  file: string,
  driver: DriverName,
  onError: (error: unknown) => void = (error) => assert.fail(String(error)),
  clock = manualClock(),
) {
  return createSqliteStore({ file, driver, owner: 'test', clock, onError });
}

/** Returns the error of opening the store. If it opens, closes it, so that the test can end, and fails. */
async function refusal(file: string, driver: DriverName): Promise<Error> {
  const opened = await open(file, driver).catch((error: Error) => error);
  if (opened instanceof Error) return opened;
  await opened.close();
  return assert.fail('it opens');
}

function assertTells(error: unknown, file: string, what: RegExp): true {
  assert.ok(error instanceof StoreUnavailable, String(error));
  assert.ok(error.message.startsWith(file), error.message);
  assert.match(error.message, what);
  assert.match(error.message, /last good backup with `ultronex restore FILE --force`/);
  assert.doesNotMatch(error.message, /disk space|\n/);
  return true;
}

async function wholeStore(t: TestContext, driver: DriverName): Promise<{ file: string; bytes: Buffer }> {
  const file = join(tempDir(t), 'ultronex.db');
  await (await open(file, driver)).close();
  return { file, bytes: readFileSync(file) };
}

for (const driver of drivers()) {
  describe(`a damaged store with ${driver}`, () => {
    it('is refused at the start with its path, the damage and the command that restores a backup', async (t) => {
      const { file, bytes } = await wholeStore(t, driver);
      const fill = (value: number, from: number, to: number) => Buffer.from(bytes).fill(value, from, to);
      const notADatabase = /is not a SQLite database\. /;
      const malformed = /is damaged: .*malformed.*\. /;
      const kinds: [string, Buffer, RegExp][] = [
        ['random bytes', randomBytes(5_000), notADatabase],
        ['a text', Buffer.from('some text '.repeat(500)), notADatabase],
        ['cut inside the header', bytes.subarray(0, 50), /is damaged: |is not a SQLite database\. /],
        ['a header of zeros', fill(0, 0, 100), notADatabase],
        ['cut after the first page', bytes.subarray(0, pageBytes), malformed],
        ['cut inside a page', bytes.subarray(0, 20_000), malformed],
        ['the last page lost', bytes.subarray(0, bytes.length - pageBytes), malformed],
        ['a first page overwritten', fill(0xa5, 100, pageBytes), malformed],
        ['a first page of zeros', fill(0, 100, pageBytes), malformed],
        ['a table overwritten', fill(0xa5, ...rootPageOf(file, 'lanes')), malformed],
        ['every page but the first overwritten', fill(0xa5, pageBytes, bytes.length), malformed],
        // user_version, at 60: https://www.sqlite.org/fileformat2.html#the_database_header
        ['the version lost', fill(0, 60, 64), /is damaged: it has tables, but no version of a store/],
        ['a negative version', fill(0xff, 60, 64), /is damaged: its version is -1/],
      ];
      for (const [kind, content, what] of kinds) {
        writeFileSync(file, content);
        await t.test(kind, async () => {
          assertTells(await refusal(file, driver), file, what);
        });
      }
    });

    it('is refused in the same way when it lacks a table of its version', async (t) => {
      const { file } = await wholeStore(t, driver);
      const db = openDatabase(file, {}, driver);
      db.exec('DROP TABLE scans');
      db.close();
      assertTells(await refusal(file, driver), file, /is damaged: no such table: (main\.)?scans\. /);
    });

    it('is refused, not overwritten, when another program made the file', async (t) => {
      const file = join(tempDir(t), 'ultronex.db');
      const db = openDatabase(file, {}, driver);
      db.exec('CREATE TABLE recipes (name TEXT)');
      db.close();
      assertTells(await refusal(file, driver), file, /another program made it/);
    });

    it('accepts nothing while its file is deleted, moved or replaced, and is healthy again once the file is back', async (t) => {
      const ways: [string, (file: string) => void, RegExp][] = [
        ['renamed', () => {}, /was removed or moved while the program runs/],
        ['replaced', (file) => writeFileSync(file, 'another'), /was replaced by another file/],
        ['a folder in its place', (file) => mkdirSync(file), /was replaced by another file/],
      ];
      for (const [, put, what] of ways) {
        const { file } = await wholeStore(t, driver);
        const errors: unknown[] = [];
        const clock = manualClock();
        const store = await open(file, driver, (error) => errors.push(error), clock);
        renameSync(file, `${file}.kept`);
        put(file);
        await clock.advance(1_000);
        const refused = (error: Error) => error instanceof StoreUnavailable && what.test(error.message);
        await assert.rejects(store.accept({ key: 'a', deliveries: [] }), refused);
        await assert.rejects(store.check(), refused);
        await clock.advance(5_000);
        assert.equal(errors.filter((error) => refused(error as Error)).length, 1, 'said once');
        rmSync(file, { recursive: true, force: true });
        renameSync(`${file}.kept`, file);
        await clock.advance(1_000);
        await store.check();
        await store.accept({ key: 'a', deliveries: [] });
        await store.close();
      }
    });

    it('is unhealthy when its file is truncated while the program runs', async (t) => {
      const { file } = await wholeStore(t, driver);
      const clock = manualClock();
      const store = await open(file, driver, () => {}, clock);
      truncateSync(file, 0);
      await clock.advance(1_000);
      await assert.rejects(store.check(), (error) => assertTells(error, file, /was cut off while the program runs/));
      await store.close();
    });

    it('gives the same error when reads and writes meet the damage while the program runs', async (t) => {
      const { file } = await wholeStore(t, driver);
      const errors: unknown[] = [];
      const clock = manualClock();
      const store = await open(file, driver, (error) => errors.push(error), clock);
      try {
        await store.check();
        const db = openDatabase(file, {}, driver);
        db.pragma('wal_checkpoint(TRUNCATE)');
        db.close();
        // Every page but the first: with it the other connection decides whether its cache is still valid.
        const { length } = readFileSync(file);
        const handle = openSync(file, 'r+');
        writeSync(handle, Buffer.alloc(length - pageBytes, 0xa5), 0, length - pageBytes, pageBytes);
        // The file change counter is at offset 24.
        writeSync(handle, randomBytes(4), 0, 4, 24);
        closeSync(handle);
        const damage = /is damaged: .*malformed/;
        const reads: (() => Promise<unknown>)[] = [() => store.deliveries({}, null, 10), () => store.tracking('T1')];
        for (const read of reads) await assert.rejects(read, (error) => assertTells(error, file, damage));
        store.countError('T1', 'one');
        // After a jump of the clock the timer of each second reads the store. It reports its failure to onError.
        clock.jump(3_600_000);
        await clock.advance(1_000);
        assert.ok(errors.length > 0, 'the timer');
        await assert.rejects(store.prune(0), (error) => assertTells(error, file, damage));
        await assert.rejects(store.check(), (error) => assertTells(error, file, damage));
      } finally {
        await store.close();
      }
      assert.ok(errors.length > 0);
      for (const error of errors) assertTells(error, file, /is damaged: .*malformed/);
    });
  });
}

describe('asStoreError', () => {
  it('gives the remedy that fits the error code', () => {
    const said = (code: string) => (asStoreError(Object.assign(new Error('no'), { code }), 'x.db') as Error).message;
    assert.match(said('SQLITE_FULL'), /\(SQLITE_FULL\)\. Free disk space/);
    assert.match(said('SQLITE_BUSY'), /Another process keeps it locked/);
    assert.match(said('SQLITE_CANTOPEN'), /a link that leads nowhere/);
    assert.equal(said('SQLITE_ERROR'), 'no');
  });
});

describe('describeDamage', () => {
  it('returns null for a full disk and for errors that are not SQLite’s', () => {
    for (const code of ['SQLITE_FULL', 'SQLITE_BUSY', 'SQLITE_IOERR_WRITE', 'SQLITE_CANTOPEN', 'ENOSPC']) {
      assert.equal(describeDamage(Object.assign(new Error('no'), { code }), 'x.db'), null, code);
    }
    assert.equal(describeDamage(Object.assign(new Error('full'), { errcode: 13 }), 'x.db'), null);
    assert.equal(describeDamage(new Error('other'), 'x.db'), null);
    assert.equal(describeDamage(null, 'x.db'), null);
  });

  it('puts SQLite’s message on one line, with either driver', () => {
    for (const code of [{ code: 'SQLITE_CORRUPT_INDEX' }, { errcode: 11 }, { errcode: 779 }]) {
      const corrupt = Object.assign(new Error('bad\npage'), code);
      assert.match(describeDamage(corrupt, 'x.db') ?? '', /^x\.db is damaged: bad page\. /);
    }
  });
});
