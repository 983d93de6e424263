import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { openDatabase } from '../../src/stores/sqlite/driver.ts';
import { migrate } from '../../src/stores/sqlite/schema.ts';
import { tempDir } from '../support/temp.ts';
import { ultronex } from './support.ts';

const day = 86_400_000;

/** A store with some rows of each kind, and a backup of it. `change` runs SQL on one of them. */
function made(t: TestContext) {
  const dir = tempDir(t);
  const store = join(dir, 'ultronex.db');
  const backup = join(tempDir(t), 'backup.db');
  const db = openDatabase(store);
  migrate(db);
  const now = Date.now();
  const message = db.prepare<[string, number, number, number]>(
    "INSERT INTO deliveries (id, lane, open, state, text, source, trace, created_at, expires_at, updated_at) VALUES (?, 1, 0, 'sent', '', 'api', '', ?, ?, ?)",
  );
  for (let n = 1; n <= 5; n += 1) message.run(`m${n}`, now, now, now);
  db.prepare<[number]>(
    "INSERT INTO subscriptions (id, team, user, pattern, created_at) VALUES ('p1', 'T', 'U', 'x', ?)",
  ).run(now);
  db.prepare<[number, number]>(
    "INSERT INTO incidents (number, team, key, open, unfinished, opened_at, updated_at, title, revision, value) VALUES (3, 'T', 'k', 0, 0, ?, ?, 'x', 1, '{}')",
  ).run(now, now);
  db.prepare<[string]>(
    "INSERT INTO jobs (id, team, state, unfinished, attempt, revision, value) VALUES ('j1', 'T', 'running', 1, 1, 1, ?)",
  ).run(JSON.stringify({ createdAt: now }));
  db.close();
  cpSync(store, backup);
  const change = (file: string) => (sql: string) => {
    const opened = openDatabase(file);
    opened.exec(sql);
    opened.close();
  };
  const compare = (file = backup) => ultronex(['store', 'compare', file], { DATA_DIR: dir });
  return { dir, store, backup, compare, change: { store: change(store), backup: change(backup) }, now };
}

describe('ultronex store compare', () => {
  it('accepts a backup of a store that has changed since: new rows, old ones deleted, a pattern removed', async (t) => {
    const { compare, change, now } = made(t);
    change.backup(`UPDATE deliveries SET updated_at = ${now - 15 * day} WHERE seq <= 5`);
    change.store(
      "DELETE FROM deliveries; DELETE FROM subscriptions; INSERT INTO deliveries (seq, id, lane, text, source, trace, created_at, expires_at, updated_at) VALUES (9, 'm9', 1, '', 'api', '', 0, 0, 0)",
    );
    const { code, out, err } = await compare();
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /^messages +5 +1 {2}the newest, m5, is no longer in the store$/m);
    assert.match(out, /^tracked patterns +1 +0 {2}the newest, p1, is no longer in the store$/m);
    assert.match(out, /^incidents +1 +1 {2}the newest, #3, is in both$/m);
    assert.match(out, /^jobs +1 +1 {2}the newest, j1, is in both$/m);
    assert.match(out, /^API tokens +0 +0$/m);
    assert.match(out, /^The backup has everything that the store had then\.$/m);
  });

  it('refuses a backup that lacks rows of the store, and says how many', async (t) => {
    const { compare, change } = made(t);
    change.backup('DELETE FROM deliveries WHERE seq IN (2, 3)');
    const { code, err } = await compare();
    assert.deepEqual([code, err], [1, 'The backup lacks 2 of the messages up to m5. Take another backup.']);
  });

  it('refuses a backup whose newest message is not in the store: it is of another one', async (t) => {
    const { compare, change } = made(t);
    change.store("UPDATE deliveries SET id = 'other ' || id");
    const { code, err } = await compare();
    assert.equal(code, 1);
    assert.match(err, /^The newest of the messages in the backup, m5, is not in the store\. Was the store replaced/);
  });

  it('expects each job that ended or began in the last JOB_DAYS', async (t) => {
    const { compare, change, now } = made(t);
    change.store('DELETE FROM jobs');
    assert.match((await compare()).err, /^The newest of the jobs in the backup, j1, is not in the store\./);
    change.backup(`UPDATE jobs SET ended_at = ${now - 15 * day}`);
    assert.deepEqual([(await compare()).code, (await compare()).err], [0, '']);
    change.backup(`UPDATE jobs SET ended_at = NULL, value = '{"createdAt":${now - 15 * day}}'`);
    assert.equal((await compare()).code, 0);
  });

  it('accepts a backup from before there were jobs', async (t) => {
    const { compare, change } = made(t);
    change.backup('DROP TABLE jobs; DROP TABLE job_output; PRAGMA user_version = 18');
    const { code, out, err } = await compare();
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /^jobs +0 +1$/m);
  });

  it('changes neither file, also while a program has the store open', async (t) => {
    const { dir, store, backup, compare } = made(t);
    const open = openDatabase(store);
    t.after(() => open.close());
    open.exec("PRAGMA journal_mode = WAL; INSERT INTO meta (name, value) VALUES ('a', 1)");
    const before = () => [
      readFileSync(store).toString('base64'),
      readFileSync(backup).toString('base64'),
      statSync(backup).mtimeMs,
    ];
    const was = before();
    assert.equal((await compare()).code, 0);
    assert.deepEqual(before(), was);
    assert.deepEqual(readdirSync(dir).sort(), ['ultronex.db', 'ultronex.db-shm', 'ultronex.db-wal']);
  });

  it('names a file that is missing, is a text, or is another database', async (t) => {
    const { dir, compare } = made(t);
    assert.match((await compare('/nonexistent/x.db')).err, /There is no \/nonexistent\/x\.db/);
    writeFileSync(join(dir, 'text'), 'hello');
    assert.match((await compare(join(dir, 'text'))).err, /is not a SQLite file but a text/);
    const other = openDatabase(join(dir, 'other.db'));
    other.exec('CREATE TABLE a (b)');
    other.close();
    const { code, err } = await compare(join(dir, 'other.db'));
    assert.equal(code, 1);
    assert.match(err, /other\.db cannot be compared: no such table: deliveries\./);
    const { err: without } = await ultronex(['store', 'compare', join(dir, 'other.db')], { DATA_DIR: tempDir(t) });
    assert.match(without, /There is no .*ultronex\.db; is DATA_DIR right\?/);
  });
});
