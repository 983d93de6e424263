import assert from 'node:assert/strict';
import { copyFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { systemClock } from '../../src/domain/clock.ts';
import { createPostgresStore } from '../../src/stores/postgres/open.ts';
import { openDatabase } from '../../src/stores/sqlite/driver.ts';
import { migrate } from '../../src/stores/sqlite/schema.ts';
import { newDelivery } from '../support/deliveries.ts';
import { makeFilledStore } from '../support/filled-store.ts';
import { openTestDatabase, runSql } from '../support/postgres.ts';
import { tempDir } from '../support/temp.ts';
import { ultronex } from './support.ts';

const database = await openTestDatabase('ultronex backup and restore');
if (database !== null) {
  after(() => database.close());
  const newDatabase = (): Promise<string> => database.newDatabase();

  const run = (t: TestContext, url: string | undefined, ...args: string[]) =>
    ultronex(args, { DATA_DIR: join(tempDir(t), 'data'), DATABASE_URL: url });

  async function openStore(t: TestContext, url: string) {
    const store = await createPostgresStore({ url, owner: t.name, clock: systemClock, onError: assert.ifError });
    t.after(() => store.close());
    return store;
  }

  function fileWith(t: TestContext, messages: number): string {
    const file = join(tempDir(t), `${messages}.db`);
    makeFilledStore(file, messages);
    return file;
  }

  const countIn = async (url: string, schema = 'ultronex'): Promise<unknown> =>
    (await runSql(url, [`SELECT count(*)::int AS count FROM ${schema}.deliveries`]))[0]?.count;

  function idsIn(file: string): string[] {
    const db = openDatabase(file, { readonly: true });
    try {
      return db.prepare<[], string>('SELECT id FROM deliveries ORDER BY seq').pluck().all();
    } finally {
      db.close();
    }
  }

  describe('ultronex backup with DATABASE_URL', () => {
    it('a backup made while an instance writes has every message accepted before, and is restored into either kind', async (t) => {
      const url = await newDatabase();
      const store = await openStore(t, url);
      const accepted: string[] = [];
      let isDone = false;
      const writer = (async () => {
        for (let n = 1; !isDone; n += 1) {
          const given = newDelivery(systemClock.now(), { text: `message ${n}` });
          await store.accept({ deliveries: [given] });
          accepted.push(given.id);
        }
      })();
      t.after(() => {
        isDone = true;
      });
      while (accepted.length < 50) await new Promise((resolve) => setImmediate(resolve));
      const before = [...accepted];
      const file = join(tempDir(t), 'backup.db');
      const { code, out, err } = await run(t, url, 'backup', file);
      assert.equal(code, 0, err);
      assert.match(out, /backup\.db: \d+ messages, 0 tracked patterns, \d+ bytes, checked$/);
      assert.equal(statSync(file).mode & 0o777, 0o600);
      const kept = new Set(idsIn(file));
      assert.deepEqual(
        before.filter((id) => !kept.has(id)),
        [],
      );
      const compared = await run(t, url, 'store', 'compare', file);
      assert.deepEqual([compared.code, compared.err], [0, '']);
      assert.match(compared.out, /^messages +\d+ +\d+ {2}the newest, \S+, is in both$/m);
      isDone = true;
      await writer;

      const dir = join(tempDir(t), 'data');
      const toFile = await ultronex(['restore', file], { DATA_DIR: dir });
      assert.equal(toFile.code, 0, toFile.err);
      assert.deepEqual(idsIn(join(dir, 'ultronex.db')), idsIn(file));

      const empty = await newDatabase();
      const restored = await run(t, empty, 'restore', file);
      assert.equal(restored.code, 0, restored.err);
      assert.match(restored.out, /^postgres:\/\/\S+: \d+ messages, 0 tracked patterns\nMessages that were queued/);
      assert.equal(await countIn(empty), kept.size);
      const again = await openStore(t, empty);
      assert.equal((await again.delivery(before[0] ?? ''))?.text, 'message 1');
    });

    it('overwrites nothing, and leaves no file when the server is away', async (t) => {
      const dir = tempDir(t);
      const file = join(dir, 'backup.db');
      const { code, err } = await run(t, 'postgres://me:topsecret@127.0.0.1:1/x', 'backup', file);
      assert.equal(code, 1);
      assert.match(err, /^ultronex backup: postgres:\/\/127\.0\.0\.1:1\/x cannot be used \(ECONNREFUSED\)/);
      assert.match(
        (await run(t, await newDatabase(), 'backup', file)).err,
        /has no store of Ultronex \(schema ultronex\)/,
      );
      assert.deepEqual(readdirSync(dir), []);
      copyFileSync(fileWith(t, 5), file);
      assert.match((await run(t, await newDatabase(), 'backup', file)).err, /is there already; nothing is overwritten/);
    });
  });

  describe('ultronex restore with DATABASE_URL', () => {
    it('needs --force to replace a store that was used, and keeps that one', async (t) => {
      const url = await newDatabase();
      assert.equal((await run(t, url, 'restore', fileWith(t, 20))).code, 0);
      const refused = await run(t, url, 'restore', fileWith(t, 30));
      assert.equal(refused.code, 1);
      assert.match(
        refused.err,
        /^ultronex restore: postgres:\/\/\S+ has a store already\. With --force it is kept under another name\.$/,
      );
      assert.equal(await countIn(url), 20);
      const { code, out, err } = await run(t, url, 'restore', fileWith(t, 30), '--force');
      assert.equal(code, 0, err);
      assert.equal(await countIn(url), 30);
      const former = /The previous store: the schema (\w+)/.exec(out)?.[1] ?? '';
      assert.equal(await countIn(url, former), 20);
    });

    it('needs no --force for a store that was not used', async (t) => {
      const url = await newDatabase();
      await (await openStore(t, url)).close();
      const { code, out, err } = await run(t, url, 'restore', fileWith(t, 20));
      assert.equal(code, 0, err);
      assert.match(out, /The previous store: the schema ultronex_before_/);
      assert.equal(await countIn(url), 20);
    });

    it('refuses while an instance uses the store, with --force as well, and changes nothing', async (t) => {
      const url = await newDatabase();
      await openStore(t, url);
      const { code, err } = await run(t, url, 'restore', fileWith(t, 20), '--force');
      assert.equal(code, 1);
      assert.match(
        err,
        /^ultronex restore: A program uses postgres:\/\/\S+\. Stop it first .*; nothing was changed\.$/,
      );
      assert.equal(await countIn(url), 0);
    });

    it('restores a backup of an older version, and leaves DATA_DIR without a store', async (t) => {
      const old = join(tempDir(t), 'old.db');
      const db = openDatabase(old);
      migrate(db, 18);
      db.exec("INSERT INTO module_state VALUES ('a', 'b', 1)");
      db.close();
      const url = await newDatabase();
      const dir = join(tempDir(t), 'data');
      const { code, err } = await ultronex(['restore', old], { DATA_DIR: dir, DATABASE_URL: url });
      assert.equal(code, 0, err);
      assert.deepEqual(readdirSync(dir), []);
      const rows = await runSql(url, ['SELECT name, value FROM ultronex.module_state']);
      assert.deepEqual(rows, [{ name: 'a', value: 'b' }]);
    });

    it('refuses a file that is no backup, and leaves the store', async (t) => {
      const url = await newDatabase();
      const other = join(tempDir(t), 'other.db');
      const db = openDatabase(other);
      db.exec('CREATE TABLE other (a)');
      db.close();
      assert.match((await run(t, url, 'restore', other)).err, /is not a store of Ultronex: it has the table "other"/);
      const [schema] = await runSql(url, ["SELECT to_regnamespace('ultronex') IS NULL AS absent"]);
      assert.equal(schema?.absent, true);
    });
  });
}
