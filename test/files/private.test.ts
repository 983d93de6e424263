import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { openDataFolder } from '../../src/app/data-folder.ts';
import { makeFolderPrivate } from '../../src/files/modes.ts';
import { drivers } from '../../src/stores/sqlite/driver.ts';
import { createSqliteStore } from '../../src/stores/sqlite/store.ts';
import { ultronex } from '../cli/support.ts';
import { manualClock } from '../support/clock.ts';
import { tempDir } from '../support/temp.ts';

const modeOf = (file: string) => (statSync(file).mode & 0o7777).toString(8);
const modesIn = (dir: string) => Object.fromEntries(readdirSync(dir).map((name) => [name, modeOf(join(dir, name))]));

/** A folder that everybody may write. */
function openFolder(t: TestContext): string {
  const dir = join(tempDir(t), 'data');
  mkdirSync(dir);
  chmodSync(dir, 0o777);
  return dir;
}

const open = (dir: string, driver?: ReturnType<typeof drivers>[number]) =>
  createSqliteStore({ file: join(dir, 'ultronex.db'), owner: 'test', clock: manualClock(), driver, onError() {} });

function recorder() {
  const lines: { level: string; files?: unknown; text: string }[] = [];
  const at = (level: string) => (details: { files?: unknown }, text: string) =>
    void lines.push({ level, ...(details.files !== undefined && { files: details.files }), text });
  return { lines, log: { info: at('info'), warn: at('warn') } as never };
}

describe('with umask 000 and a folder of mode 0777', () => {
  let umask: number;
  before(() => {
    umask = process.umask(0o000);
  });
  after(() => process.umask(umask));

  for (const driver of drivers()) {
    it(`the store, its write-ahead log and its index have the mode 0600 with ${driver}`, async (t) => {
      const dir = openFolder(t);
      const store = await open(dir, driver);
      await store.check();
      const all = { 'ultronex.db': '600', 'ultronex.db-shm': '600', 'ultronex.db-wal': '600' };
      assert.deepEqual(modesIn(dir), all);
      await store.close();
    });

    it(`${driver} sets a store with a wider mode, and its write-ahead log, to 0600 when it opens it`, async (t) => {
      const dir = openFolder(t);
      const first = await open(dir, driver);
      await first.check();
      for (const name of readdirSync(dir)) chmodSync(join(dir, name), 0o666);
      const second = await open(dir, driver);
      assert.deepEqual(new Set(Object.values(modesIn(dir))), new Set(['600']));
      await second.close();
      await first.close();
    });
  }

  it('the generated password, a backup, a restored store and the store that it replaced have the mode 0600', async (t) => {
    const [dir, backups] = [openFolder(t), openFolder(t)];
    openDataFolder({ DATA_DIR: dir, BASIC_AUTH_PASSWORD: undefined }, recorder().log);
    await (await open(dir)).close();
    const env = { DATA_DIR: dir };
    assert.equal((await ultronex(['backup', join(backups, 'a.db')], env)).code, 0);
    chmodSync(join(dir, 'ultronex.db'), 0o644);
    assert.equal((await ultronex(['restore', join(backups, 'a.db'), '--force'], env)).code, 0);
    const modes = { ...modesIn(dir), ...modesIn(backups) };
    assert.ok(Object.keys(modes).some((name) => name.includes('.before-')));
    assert.deepEqual(new Set(Object.values(modes)), new Set(['600']), JSON.stringify(modes));
  });
});

describe('at the start', () => {
  it('files of the program with a wider mode are set to 0600, and one info line lists their former modes', (t) => {
    const dir = tempDir(t);
    const names = ['ultronex.db', 'ultronex.db-wal', 'ultronex.db.before-20260101T000000Z', 'audit.log', 'password'];
    for (const name of names) writeFileSync(join(dir, name), 'a long password\n');
    names.forEach((name, index) => {
      chmodSync(join(dir, name), [0o644, 0o666, 0o640, 0o600, 0o4755][index] ?? 0);
    });
    writeFileSync(join(dir, 'notes.txt'), 'mine', { mode: 0o644 });
    const { lines, log } = recorder();
    const config = { DATA_DIR: dir, BASIC_AUTH_PASSWORD: undefined };
    openDataFolder(config, log);
    openDataFolder(config, log);
    assert.equal(lines.length, 1, JSON.stringify(lines));
    assert.equal(lines[0]?.level, 'info');
    const said = JSON.stringify(lines[0]);
    for (const from of ['0644', '0666', '0640', '04755']) assert.ok(said.includes(`"from":"${from}"`), said);
    assert.doesNotMatch(said, /audit\.log/);
    for (const name of names) assert.equal(modeOf(join(dir, name)), '600', name);
    assert.equal(modeOf(join(dir, 'notes.txt')), '644', 'other files are left alone');
  });

  it('a missing folder and a dangling link cause no error', (t) => {
    const dir = tempDir(t);
    symlinkSync(join(dir, 'nothing'), join(dir, 'audit.log'));
    assert.deepEqual(makeFolderPrivate(dir), []);
    assert.deepEqual(makeFolderPrivate(join(dir, 'none')), []);
  });

  it('a store that is a directory is refused with its name', async (t) => {
    const dir = tempDir(t);
    mkdirSync(join(dir, 'ultronex.db'));
    await assert.rejects(open(dir), /ultronex\.db is a directory, not a file/);
  });
});
