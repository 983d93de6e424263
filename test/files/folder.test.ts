import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { openDataFolder } from '../../src/app/data-folder.ts';
import { makeDataFolder } from '../../src/config/data-folder.ts';
import { ConfigError } from '../../src/config/load.ts';
import { makeFolder } from '../../src/files/folder.ts';
import { createSqliteStore } from '../../src/stores/sqlite/store.ts';
import { ultronex } from '../cli/support.ts';
import { manualClock } from '../support/clock.ts';
import { tempDir } from '../support/temp.ts';

const noProc = existsSync('/proc/self') ? false : 'needs /proc';

/** For each test: its name, a function that makes the obstacle and returns the folder's path, and the reason in the error. */
const inTheWay: [string, (dir: string) => string, RegExp, (string | false)?][] = [
  ['a file', (dir) => fileAt(join(dir, 'file')), /part of the path is a file/],
  ['a file above', (dir) => join(fileAt(join(dir, 'file')), 'a', 'b'), /part of the path is a file/],
  ['a link that leads nowhere', (dir) => linkTo(join(dir, 'none'), join(dir, 'link')), /link that leads nowhere/],
  ['a circle of links', (dir) => linkTo(join(dir, 'link'), join(dir, 'link')), /link/],
  ['a name that is too long', (dir) => join(dir, 'x'.repeat(300)), /ENAMETOOLONG/],
  ['/proc', () => '/proc/ultronex', /the file system of \/proc takes no new folders/, noProc],
  ['/proc, further up', () => '/proc/ultronex/a/b', /the file system of \/proc takes no new folders/, noProc],
];

function fileAt(path: string): string {
  writeFileSync(path, '');
  return path;
}

function linkTo(target: string, path: string): string {
  symlinkSync(target, path);
  return path;
}

/** Runs `work` as the user nobody if this process is root, because root may write everywhere. */
function withoutRoot<T>(work: () => T): T {
  if (process.getuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    return work();
  } finally {
    process.seteuid?.(0);
  }
}

const open = (dir: string, log = { info() {}, warn() {} }) =>
  openDataFolder({ DATA_DIR: dir, BASIC_AUTH_PASSWORD: 'configured' }, log as never);

describe('a folder', () => {
  it('is made together with its parents, for its owner alone, and only new folders are returned', (t) => {
    const dir = tempDir(t);
    const made = makeFolder(join(dir, 'a', 'b'));
    assert.deepEqual(made, [join(dir, 'a'), join(dir, 'a', 'b')]);
    for (const each of made) assert.equal(statSync(each).mode & 0o777, 0o700);
    assert.deepEqual(makeFolder(join(dir, 'a', 'b')), []);
    symlinkSync(join(dir, 'a'), join(dir, 'link'));
    assert.deepEqual(makeFolder(join(dir, 'link', 'c')), [join(dir, 'link', 'c')]);
  });
});

describe('a DATA_DIR that cannot be made', () => {
  for (const [what, prepare, reason, skip = false] of inTheWay) {
    it(`(the obstacle: ${what}) is refused at once as a wrong setting by the start, restore and doctor`, {
      skip,
    }, async (t) => {
      const dir = prepare(tempDir(t));
      assert.throws(
        () => open(dir),
        (error: Error) => {
          assert.ok(error instanceof ConfigError, String(error));
          assert.ok(error.message.includes(`DATA_DIR="${dir}": the folder cannot be made: `), error.message);
          assert.match(error.message, reason);
          assert.match(error.message, /Set DATA_DIR to a folder that this user may make or write\.$/);
          return true;
        },
      );
      const { backup, env } = await backupFor(t, dir);
      const restored = await ultronex(['restore', backup, '--without-log'], env);
      assert.equal(restored.code, 78, restored.err);
      assert.match(restored.err, reason);
      const { code, out } = await ultronex(['doctor', '--url', 'http://127.0.0.1:9'], env);
      assert.equal(code, 1);
      assert.match(out, /^fail {2}data .*(cannot be made|is not writable).*DATA_DIR$/m);
    });
  }

  it('(the obstacle: a folder that this user may not write) is refused as a wrong setting', (t) => {
    const dir = tempDir(t);
    chmodSync(dir, 0o755);
    const closed = join(dir, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o500);
    const make = () => withoutRoot(() => makeDataFolder(join(closed, 'data')));
    assert.throws(
      make,
      (error: Error) => error instanceof ConfigError && /may not write or read there/.test(error.message),
    );
    assert.equal(existsSync(join(closed, 'data')), false);
  });

  it('makes the program exit with 78 and list one problem', { skip: noProc, timeout: 120_000 }, () => {
    const main = join(import.meta.dirname, '../../src/main.ts');
    const env = { PATH: process.env.PATH ?? '', PORT: '0', DATA_DIR: '/proc/ultronex' };
    const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', main], {
      env,
      encoding: 'utf8',
      // This test checks that the program does not hang. A busy machine may need long to load it.
      timeout: 60_000,
    });
    assert.equal(status, 78, stderr);
    assert.match(stderr, /^The configuration has a problem:\n {2}DATA_DIR="\/proc\/ultronex": .*\.\n$/);
  });
});

/** A backup of an empty store, and the settings of a program whose DATA_DIR is `dir`. */
async function backupFor(t: TestContext, dir: string): Promise<{ backup: string; env: Record<string, string> }> {
  const backup = join(tempDir(t), 'backup.db');
  const onError = (error: unknown) => assert.fail(String(error));
  await (await createSqliteStore({ file: backup, owner: 'test', clock: manualClock(), onError })).close();
  return { backup, env: { DATA_DIR: dir, LOG_LEVEL: 'silent' } };
}
