import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { systemClock } from '../../src/domain/clock.ts';
import { copiedTables, uncopiedTables } from '../../src/stores/copy/tables.ts';
import { createPostgresStore } from '../../src/stores/postgres/open.ts';
import { openDatabase } from '../../src/stores/sqlite/driver.ts';
import { migrate } from '../../src/stores/sqlite/schema.ts';
import { makeFilledStore } from '../support/filled-store.ts';
import { openTestDatabase, runSql } from '../support/postgres.ts';
import { tempDir } from '../support/temp.ts';
import { ultronex } from './support.ts';

const messages = 20_000;
const database = await openTestDatabase('ultronex store copy');
if (database !== null) {
  after(() => database.close());
  const folders: (() => unknown)[] = [];
  const folder = tempDir({ after: (clean: () => unknown) => void folders.push(clean) } as Pick<TestContext, 'after'>);
  after(() => {
    for (const clean of folders) clean();
  });
  const filled = join(folder, 'filled.db');
  makeFilledStore(filled, messages);
  const small = join(folder, 'small.db');
  makeFilledStore(small, 50);

  const newDatabase = (): Promise<string> => database.newDatabase();
  const copy = (from: string, to: string) => ultronex(['store', 'copy', '--from', from, '--to', to]);
  const openStore = (t: TestContext, url: string) => openPostgres(t, url);

  describe('ultronex store copy', () => {
    it('copies 20,000 messages and every other table to PostgreSQL and back, and they are equal', async (t) => {
      const url = await newDatabase();
      const there = await copy(`sqlite:${filled}`, url);
      assert.deepEqual([there.code, there.err], [0, '']);
      assert.match(there.out, /^deliveries +20000 +20000 {2}([0-9a-f]{16}) {2}\1$/m);
      for (const { name } of copiedTables) assert.match(there.out, new RegExp(`^${name} +[1-9]`, 'm'));
      assert.match(there.out, /^Copied: 20000 messages, 2 tracked patterns\. Every table is equal in both\.$/m);

      const back = join(tempDir(t), 'back.db');
      const again = await copy(url, `sqlite:${back}`);
      assert.deepEqual([again.code, again.err], [0, '']);
      const hashes = (out: string) => out.split('\n').filter((line) => / [0-9a-f]{16} /.test(line));
      assert.deepEqual(hashes(again.out), hashes(there.out));
      assert.deepEqual(contentOf(back), contentOf(filled));
      assert.equal(statSync(back).mode & 0o777, 0o600);
    });

    it('PostgreSQL gives the next numbers, and the program works with what was copied', async (t) => {
      const url = await newDatabase();
      assert.equal((await copy(`sqlite:${small}`, url)).code, 0);
      const inSchema = (sql: string) => runSql(url, ['SET search_path = ultronex', sql]);
      const [lane] = await inSchema(
        "INSERT INTO lanes (team, kind, address) VALUES ('T', 'slack', 'C') RETURNING id::int",
      );
      assert.equal(lane?.id, 42, 'the number of the lane that was deleted is not given again');
      const [job] = await inSchema(
        "INSERT INTO jobs (id, team, state, unfinished, attempt, revision, value) VALUES ('x', 'T', 'lost', false, 1, 1, '{}') RETURNING seq::int",
      );
      assert.equal(job?.seq, 4);
      const [entry] = await inSchema(
        "INSERT INTO audit (id, at, actor_kind, actor, source, action, target, outcome, detail, request_id) VALUES ('x', 1, '', '', '', '', '', '', '', '') RETURNING seq::int",
      );
      assert.equal(entry?.seq, 9);

      const store = await openStore(t, url);
      const delivery = await store.delivery('id-10');
      assert.deepEqual([delivery?.seq, delivery?.state], [10, 'queued']);
      assert.deepEqual(await store.blob('b1'), Buffer.from('00ff5c2722007b7d', 'hex'));
      const { subscriptions, mutes } = await store.tracking('T1');
      assert.deepEqual([subscriptions.length, mutes.length, subscriptions[0]?.includeOwn], [2, 2, true]);
      assert.equal((await store.counters('T1')).totals.total_messages_slacked, 9_007_199_254_740_991);
      assert.equal(await store.nextIncidentNumber(), 6);
      assert.ok((await store.claim(systemClock.now() + 60_000, 30_000, 10)).length > 0);
    });

    it('counters of several instances become one', async (t) => {
      const url = await newDatabase();
      assert.equal((await copy(`sqlite:${small}`, url)).code, 0);
      await runSql(url, [
        "INSERT INTO ultronex.counters VALUES ('', 'total_events', 1, 7), ('', 'total_events', 2, 30)",
      ]);
      const back = join(tempDir(t), 'back.db');
      assert.equal((await copy(url, `sqlite:${back}`)).code, 0);
      const db = openDatabase(back, { readonly: true });
      t.after(() => db.close());
      assert.equal(db.prepare("SELECT value FROM counters WHERE name = 'total_events'").pluck().get(), 42);
    });

    it('events that have no position yet get one after those that have', async (t) => {
      const url = await newDatabase();
      assert.equal((await copy(`sqlite:${small}`, url)).code, 0);
      await runSql(url, [
        "INSERT INTO ultronex.events_out (at, id, team, body) VALUES (1, 'new 1', 'T1', '{}'), (2, 'new 2', 'T1', '{}')",
      ]);
      const back = join(tempDir(t), 'back.db');
      assert.equal((await copy(url, `sqlite:${back}`)).code, 0);
      const db = openDatabase(back);
      t.after(() => db.close());
      assert.deepEqual(db.prepare('SELECT position, id FROM event_log ORDER BY position').all(), [
        { position: 4, id: 'e4' },
        { position: 10, id: 'new 1' },
        { position: 11, id: 'new 2' },
      ]);
      const next = db.prepare(
        "INSERT INTO event_log (at, id, team, body) VALUES (3, 'x', 'T1', '') RETURNING position",
      );
      assert.equal(next.pluck().get(), 12);
    });

    it('replaces U+0000, which PostgreSQL cannot store, and says how often', async (t) => {
      const source = join(tempDir(t), 'nul.db');
      copyFileSync(small, source);
      const db = openDatabase(source);
      db.exec("UPDATE deliveries SET text = 'a' || char(0) || 'b' || char(0), title = char(0) WHERE seq = 1");
      db.close();
      const url = await newDatabase();
      const { code, out } = await copy(`sqlite:${source}`, url);
      assert.equal(code, 0);
      assert.match(out, /^2 texts had the character U\+0000/m);
      const [row] = await runSql(url, ['SELECT text, title FROM ultronex.deliveries WHERE seq = 1']);
      assert.deepEqual(row, { text: 'a\uFFFDb\uFFFD', title: '\uFFFD' });
    });

    it('refuses a target that is not empty, and changes nothing there', async (t) => {
      const url = await newDatabase();
      assert.equal((await copy(`sqlite:${small}`, url)).code, 0);
      const { code, out, err } = await copy(`sqlite:${filled}`, url);
      assert.deepEqual([code, out], [1, '']);
      assert.match(
        err,
        /is not empty: it has lanes, deliveries, .*DROP SCHEMA ultronex CASCADE\); nothing was changed\.$/,
      );
      const [count] = await runSql(url, ['SELECT count(*)::int AS count FROM ultronex.deliveries']);
      assert.equal(count?.count, 50);
      const other = await copy(url, `sqlite:${small}`);
      assert.match(other.err, /small\.db is there already; nothing is overwritten/);
      assert.match((await copy(url, `sqlite:${join(tempDir(t), 'none', 'x.db')}`)).err, /There is no folder/);
    });

    it('fills a store that a program created and did not use', async (t) => {
      const url = await newDatabase();
      const store = await openStore(t, url);
      await store.check();
      await store.close();
      assert.equal((await copy(`sqlite:${small}`, url)).code, 0);
    });

    it('refuses a source and a target that a program uses', async (t) => {
      const used = join(tempDir(t), 'used.db');
      copyFileSync(small, used);
      const program = openDatabase(used);
      t.after(() => program.close());
      program.exec('PRAGMA journal_mode = WAL; SELECT 1 FROM meta');
      const url = await newDatabase();
      const inUse =
        /^ultronex store copy: A program uses .*(used\.db|postgres:\/\/\S+)\. Stop it first .*; nothing was changed\.$/;
      assert.match((await copy(`sqlite:${used}`, url)).err, inUse);
      await openStore(t, url);
      assert.match((await copy(`sqlite:${small}`, url)).err, inUse);
      assert.match((await copy(url, `sqlite:${join(tempDir(t), 'x.db')}`)).err, inUse);
      await openStore(t, url);
      assert.match((await copy(`sqlite:${small}`, url)).err, /: 2 programs use postgres:\S+\. Stop them first /);
    });

    it('says that a file which is something else is no store', async (t) => {
      const text = join(tempDir(t), 'passwd');
      writeFileSync(text, 'root:x:0:0\n');
      const { code, err } = await copy(`sqlite:${text}`, await newDatabase());
      assert.equal(code, 1);
      assert.match(err, /passwd is not a SQLite file but a text\. It is no store of Ultronex; give the file of one/);
      assert.doesNotMatch(err, /restore/);
    });

    it('a copy that is killed leaves nothing in PostgreSQL, and the next one succeeds', async () => {
      const url = await newDatabase();
      await killedAfter('lanes', ['store', 'copy', '--from', `sqlite:${filled}`, '--to', url]);
      const [schema] = await runSql(url, ["SELECT to_regnamespace('ultronex') IS NULL AS absent"]);
      assert.equal(schema?.absent, true);
      assert.equal((await copy(`sqlite:${filled}`, url)).code, 0);
    });

    it('a copy that is killed leaves no file of that name, and the next one succeeds', async (t) => {
      const url = await newDatabase();
      assert.equal((await copy(`sqlite:${filled}`, url)).code, 0);
      const file = join(tempDir(t), 'back.db');
      await killedAfter('lanes', ['store', 'copy', '--from', url, '--to', `sqlite:${file}`]);
      assert.ok(!existsSync(file));
      assert.equal((await copy(url, `sqlite:${file}`)).code, 0);
      assert.deepEqual(contentOf(file), contentOf(filled));
    });

    it('copies from one database into another', async () => {
      const [first, second] = [await newDatabase(), await newDatabase()];
      assert.equal((await copy(`sqlite:${small}`, first)).code, 0);
      assert.equal((await copy(first, second)).code, 0);
      assert.match((await copy(first, first)).err, /is both source and target/);
    });

    it('takes the store of the settings for an option that is left out', async (t) => {
      const url = await newDatabase();
      const dir = join(tempDir(t), 'data');
      const there = await ultronex(['store', 'copy', '--from', `sqlite:${small}`], {
        DATABASE_URL: url,
        DATA_DIR: dir,
      });
      assert.equal(there.code, 0, there.err);
      const back = await ultronex(['store', 'copy', '--from', url], { DATA_DIR: dir });
      assert.equal(back.code, 0, back.err);
      assert.deepEqual(contentOf(join(dir, 'ultronex.db')), contentOf(small));
      const other = await newDatabase();
      assert.equal((await ultronex(['store', 'copy', '--to', other], { DATA_DIR: dir })).code, 0);
    });

    it('every table of PostgreSQL is copied, or is known to be of one store', async () => {
      const url = await newDatabase();
      assert.equal((await copy(`sqlite:${small}`, url)).code, 0);
      const rows = await runSql(url, [
        "SELECT relname FROM pg_class WHERE relnamespace = 'ultronex'::regnamespace AND relkind = 'r'",
      ]);
      assert.deepEqual(rows.map(({ relname }) => relname).sort(), allTables().sort());
    });

    it('refuses a store of another version', async (t) => {
      const old = join(tempDir(t), 'old.db');
      const db = openDatabase(old);
      migrate(db, 18);
      db.close();
      assert.match(
        (await copy(`sqlite:${old}`, await newDatabase())).err,
        /The store is of version 18, .* Start this program on it once/,
      );
      const url = await newDatabase();
      mkdirSync(join(folder, 'versions'), { recursive: true });
      const target = `sqlite:${join(folder, 'versions', 'x.db')}`;
      assert.match((await copy(url, target)).err, /has no store of Ultronex \(schema ultronex\)/);
      assert.equal((await copy(`sqlite:${small}`, url)).code, 0);
      await runSql(url, ['INSERT INTO ultronex.versions VALUES (999)']);
      assert.match((await copy(url, target)).err, /is of version 999, .* Use the newer program\./);
    });

    it('names a server that is away within 6 s, and never a password', async (t) => {
      const away = 'postgres://me:topsecret@127.0.0.1:1/x';
      const { code, err } = await copy(`sqlite:${small}`, away);
      assert.equal(code, 1);
      assert.match(
        err,
        /^ultronex store copy: postgres:\/\/127\.0\.0\.1:1\/x cannot be used \(ECONNREFUSED\)\. .*; nothing was changed\.$/,
      );
      for (const args of [
        ['--from', `sqlite:${small}`, away],
        ['--to', away, '--to', away],
        ['--to', 'postgres://me:topsecret@host'],
        ['--to', 'mysql://me:topsecret@host/x'],
        ['--from', away, '--to', `sqlite:${join(tempDir(t), 'x.db')}`],
      ]) {
        const ran = await ultronex(['store', 'copy', ...args]);
        assert.notEqual(ran.code, 0);
        assert.doesNotMatch(ran.out + ran.err, /topsecret/);
      }
    });
  });
}

async function openPostgres(t: TestContext, url: string) {
  const store = await createPostgresStore({
    url,
    owner: `test ${t.name}`,
    clock: systemClock,
    onError: assert.ifError,
  });
  t.after(() => store.close());
  return store;
}

/** Returns every row of a SQLite store, but those that are not copied. */
function contentOf(file: string): Record<string, unknown[]> {
  const db = openDatabase(file, { readonly: true });
  try {
    const rows = (sql: string) => db.prepare(sql).all();
    return Object.fromEntries([
      ...copiedTables.map(({ name, where = 'true' }) => [
        name,
        rows(`SELECT * FROM ${name} WHERE ${where} ORDER BY 1, 2`),
      ]),
      ['sqlite_sequence', rows('SELECT * FROM sqlite_sequence ORDER BY name')],
    ]);
  } finally {
    db.close();
  }
}

const allTables = (): string[] => [...copiedTables.map(({ name }) => name), ...uncopiedTables];

/** Runs a command as a process, and kills it when its output has this word. */
async function killedAfter(word: string, args: readonly string[]): Promise<void> {
  const main = join(import.meta.dirname, '../../src/cli/main.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const signal = await new Promise<NodeJS.Signals | null>((resolve) => {
    child.once('exit', (_code, ended) => resolve(ended));
    child.stdout.on('data', (data) => {
      if (String(data).includes(word)) child.kill('SIGKILL');
    });
  });
  assert.equal(signal, 'SIGKILL', 'it was killed before its end');
}
