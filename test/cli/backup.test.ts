import assert from 'node:assert/strict';
import { copyFileSync, cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { openDatabase } from '../../src/stores/sqlite/driver.ts';
import { eventually, type Program, startProgram } from '../support/program.ts';
import { rootPageOf } from '../support/root-page.ts';
import { tempDir } from '../support/temp.ts';
import { type Ran, ultronex } from './support.ts';

const run = (dataDir: string, ...args: string[]): Promise<Ran> => ultronex(args, { DATA_DIR: dataDir });

/** Runs the program as a separate process, so that a backup is made at the same time. */
function start(t: Pick<TestContext, 'after'>, dataDir: string): Promise<Program> {
  return startProgram(t, { dataDir, env: { LOG_LEVEL: 'silent', BASIC_AUTH_PASSWORD: 'only-for-this-test' } });
}

const post = (program: Program, text: string, channel = '#general') =>
  program.api('POST', '/ultronex/slack', { msg: { channel, text } });

function read(file: string, sql: string): unknown[] {
  const db = openDatabase(file, { readonly: true });
  try {
    return db.prepare(sql).all();
  } finally {
    db.close();
  }
}

const ledger = (file: string) => read(file, 'SELECT id, text, state, slack_ts FROM deliveries ORDER BY seq');
const patterns = (file: string) => read(file, 'SELECT id, user, pattern, channel FROM subscriptions ORDER BY id');

/** A store of a stopped program that sent these messages, and a backup of it. Created once, since it takes seconds. */
const made = new Map<string, Promise<{ dir: string; file: string }>>();
const cleanups: (() => unknown)[] = [];
/** Cleans up after all tests; copies for single tests are removed after each test. */
const whole = { after: (clean: () => unknown) => void cleanups.push(clean) } as Pick<TestContext, 'after'>;
after(async () => {
  for (const clean of cleanups) await clean();
});

async function make(texts: readonly string[]): Promise<{ dir: string; file: string }> {
  const dir = tempDir(whole);
  const program = await start(whole, dir);
  for (const text of texts) assert.equal((await post(program, text)).status, 200);
  await eventually('sent', async () => {
    const { body } = await program.api('GET', '/ultronex/messages?state=sent');
    return body.messages.length === texts.length;
  });
  await program.kill('SIGTERM');
  const file = join(tempDir(whole), 'backup.db');
  assert.equal((await run(dir, 'backup', file)).code, 0);
  return { dir, file };
}

/** Returns a folder for one test, with a stopped store that has these messages, and a backup of it. */
async function filled(t: Pick<TestContext, 'after'>, ...texts: string[]) {
  const key = texts.join('\n');
  const original = made.get(key) ?? make(texts);
  made.set(key, original);
  const from = await original;
  const [dir, folder] = [tempDir(t), tempDir(t)];
  cpSync(from.dir, dir, { recursive: true });
  const file = join(folder, 'backup.db');
  copyFileSync(from.file, file);
  return { dir, store: join(dir, 'ultronex.db'), file };
}

describe('ultronex backup', () => {
  it('a backup made while a program writes has every message acknowledged before, and is restored without loss', async (t) => {
    const dir = tempDir(t);
    const program = await start(t, dir);
    for (const pattern of ['disk is (full|slow)', 'stark (tower|jet)']) {
      const tracked = await program.api('POST', '/ultronex/track', { pattern, user: 'U1' });
      assert.equal(tracked.status, 201);
    }
    const acknowledged: string[] = [];
    let done = false;
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let n = 0; !done; n++) {
        const { status, body } = await post(
          program,
          `writer ${writer} message ${n} word${writer}x${n}`,
          `#load-${n % 20}`,
        );
        if (status === 200) acknowledged.push(body.id);
      }
    });
    t.after(() => {
      done = true;
    });
    const folder = tempDir(t);
    for (let round = 1; round <= 3; round++) {
      const wanted = round * 150;
      await eventually(`${wanted} messages`, () => acknowledged.length >= wanted);
      const before = [...acknowledged];
      const file = join(folder, `${round}.db`);
      const { code, out, err } = await run(dir, 'backup', file);
      assert.equal(code, 0, err);
      assert.match(out, /\d+ messages, 2 tracked patterns, \d+ bytes, checked$/);
      const kept = new Set((ledger(file) as { id: string }[]).map(({ id }) => id));
      assert.deepEqual(
        before.filter((id) => !kept.has(id)),
        [],
      );
    }
    done = true;
    await Promise.all(writers);
    assert.deepEqual(readdirSync(folder).sort(), ['1.db', '2.db', '3.db'], 'nothing is left beside them');

    const file = join(folder, '3.db');
    const empty = join(tempDir(t), 'data');
    const restored = await run(empty, 'restore', file);
    assert.equal(restored.code, 0, restored.err);
    assert.deepEqual(ledger(join(empty, 'ultronex.db')), ledger(file));
    assert.deepEqual(patterns(join(empty, 'ultronex.db')), patterns(join(dir, 'ultronex.db')));
    const again = await start(t, empty);
    const { body } = await again.api('GET', `/ultronex/messages/${acknowledged[0]}`);
    assert.match(body.text, /^writer \d message 0/);
    const tracked = await again.api('GET', '/ultronex/track?view=list');
    assert.equal(tracked.body.subscriptions.length, 2);
  });

  it('a backup is one file that only its owner can read', async (t) => {
    const { file } = await filled(t, 'hello');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(read(file, 'PRAGMA journal_mode'), [{ journal_mode: 'delete' }]);
  });

  it('backup overwrites nothing, and names a missing store or folder', async (t) => {
    const { dir, file } = await filled(t, 'hello');
    writeFileSync(file, 'mine');
    const again = await run(dir, 'backup', file);
    assert.equal(again.code, 1);
    assert.match(again.err, /is there already; nothing is overwritten/);
    assert.equal(readFileSync(file, 'utf8'), 'mine');
    assert.match((await run(dir, 'backup', join(dir, 'none', 'x.db'))).err, /There is no folder/);
    assert.match((await run(tempDir(t), 'backup', `${file}.2`)).err, /is DATA_DIR right/);
  });

  it('refuses a damaged store and leaves no file', async (t) => {
    const { dir, store, file } = await filled(t, 'hello');
    const page = rootPageOf(store);
    const bytes = readFileSync(store);
    bytes.fill(0, ...page);
    writeFileSync(store, bytes);
    const { code, err } = await run(dir, 'backup', `${file}.2`);
    assert.equal(code, 1);
    assert.match(err, /ultronex\.db is damaged/);
    assert.ok(!existsSync(`${file}.2`));
    for (const size of [50, 5_000, bytes.length - 4_096]) {
      writeFileSync(store, bytes.subarray(0, size));
      const cut = await run(dir, 'backup', `${file}.2`);
      assert.equal(cut.code, 1);
      assert.match(cut.err, /ultronex\.db is (damaged: .*|cut off)\. .*`ultronex restore FILE --force`/);
    }
    writeFileSync(store, 'no database, but long enough to look at'.repeat(200));
    assert.match(
      (await run(dir, 'backup', `${file}.2`)).err,
      /is not a SQLite file but a text\. .*`ultronex restore FILE --force`/,
    );
  });
});

/** Returns the data folder of a program that was stopped without any work. */
const neverUsed = async (t: TestContext): Promise<string> => (await filled(t)).dir;

function change(store: string, sql: string): void {
  const db = openDatabase(store);
  db.exec(sql);
  db.close();
}

describe('ultronex restore', () => {
  it('refuses while a program uses the store, with --force as well', async (t) => {
    const { dir, store, file } = await filled(t, 'one');
    const program = await start(t, dir);
    assert.match((await run(dir, 'restore', file)).err, /With --force it is kept under another name/);
    const forced = await run(dir, 'restore', file, '--force');
    assert.equal(forced.code, 1);
    assert.match(forced.err, /A program uses .*ultronex\.db\. Stop it first; nothing was changed/);
    assert.equal((await post(program, 'two')).status, 200);
    await program.kill('SIGTERM');
    assert.equal(ledger(store).length, 2);
    assert.deepEqual(
      readdirSync(dir).filter((name) => name.startsWith('.restore') || name.includes('before')),
      [],
    );
  });

  it('needs no --force to replace an unused store, and keeps that one', async (t) => {
    const { file } = await filled(t, 'one');
    const dir = tempDir(t);
    const store = join(dir, 'ultronex.db');
    const program = await start(t, dir);
    const used = await run(dir, 'restore', file);
    assert.match(used.err, /A program uses .*ultronex\.db\. Stop it first; nothing was changed/);
    await program.kill('SIGTERM');
    const { code, out, err } = await run(dir, 'restore', file);
    assert.equal(code, 0, err);
    assert.match(out, /The previous store: /);
    assert.equal(ledger(store).length, 1);
  });

  const oneRow = {
    'a message':
      "INSERT INTO deliveries (id, lane, text, source, trace, created_at, expires_at, updated_at) VALUES ('a', 1, 'x', 'api', 't', 1, 2, 1)",
    'a pattern': "INSERT INTO subscriptions (id, team, user, pattern, created_at) VALUES ('a', 'T1', 'U1', 'x', 1)",
    'a mute': "INSERT INTO mutes (team, user) VALUES ('T1', 'U1')",
    'a file that waits to be read': "INSERT INTO scans (ready_at, message) VALUES (1, '{}')",
    'a job':
      "INSERT INTO jobs (id, team, state, unfinished, attempt, revision, value) VALUES ('j', 'T1', 'lost', 0, 1, 1, '{}')",
  };
  for (const [what, row] of Object.entries(oneRow)) {
    it(`needs --force to replace a store with ${what}`, async (t) => {
      const { file } = await filled(t, 'one');
      const dir = await neverUsed(t);
      change(join(dir, 'ultronex.db'), row);
      assert.match((await run(dir, 'restore', file)).err, /With --force it is kept under another name/);
    });
  }

  it('needs --force with an audit log beside the store, but not for cards of alerts', async (t) => {
    const { file } = await filled(t, 'one');
    const dir = await neverUsed(t);
    change(join(dir, 'ultronex.db'), oneRow['a message'].replace("'api'", "'incident'"));
    writeFileSync(join(dir, 'audit.log'), '{"action":"restart"}\n');
    assert.match((await run(dir, 'restore', file)).err, /With --force it is kept under another name/);
    writeFileSync(join(dir, 'audit.log'), '');
    assert.equal((await run(dir, 'restore', file)).code, 0);
  });

  it('with --force keeps the previous store, with the commits that were only in its log', async (t) => {
    const { dir, store, file } = await filled(t, 'one');
    const program = await start(t, dir);
    await post(program, 'two');
    // Killed, so that its log has not been checkpointed.
    await program.kill('SIGKILL');
    assert.ok(existsSync(`${store}-wal`));
    const { code, out, err } = await run(dir, 'restore', file, '--force');
    assert.equal(code, 0, err);
    const old = /The previous store: (.*)/.exec(out)?.[1] ?? '';
    assert.equal(ledger(old).length, 2);
    assert.equal(ledger(store).length, 1);
    assert.equal(statSync(store).mode & 0o777, 0o600);
  });

  it('replaces a damaged store by a backup', async (t) => {
    const { dir, store, file } = await filled(t, 'one');
    writeFileSync(store, 'no database, but long enough to look at'.repeat(200));
    const { code, err } = await run(dir, 'restore', file, '--force');
    assert.equal(code, 0, err);
    assert.equal(ledger(store).length, 1);
  });

  it('refuses a file that is no backup, and a backup of a newer program', async (t) => {
    const { file } = await filled(t, 'one');
    const dir = tempDir(t);
    assert.match((await run(dir, 'restore', join(dir, 'none'))).err, /There is no .*none/);
    const other = join(dir, 'other.db');
    const db = openDatabase(other);
    db.exec('CREATE TABLE other (a)');
    db.close();
    assert.match((await run(dir, 'restore', other)).err, /is not a store of Ultronex: it has the table "other"/);
    const newer = join(dir, 'newer.db');
    copyFileSync(file, newer);
    const future = openDatabase(newer);
    future.pragma('user_version = 999');
    future.close();
    assert.match((await run(dir, 'restore', newer)).err, /The store is of version 999/);
    assert.ok(!existsSync(join(dir, 'ultronex.db')));
  });
});
