import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs, { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { openDataFolder } from '../../src/app/data-folder.ts';
import { loadPassword } from '../../src/config/password.ts';
import { tempDir } from '../support/temp.ts';

/** Makes a function of `fs` fail with this code. `written`: the bytes that a write accepts before it fails. */
function failing(
  t: TestContext,
  name: 'writeSync' | 'openSync' | 'fsyncSync' | 'mkdirSync',
  code: string,
  written = 0,
) {
  const original = fs[name] as (...args: unknown[]) => unknown;
  let left = written;
  const mocked = t.mock.method(fs, name, ((...args: unknown[]) => {
    if (name === 'openSync' && args[1] === fs.constants.O_RDONLY + fs.constants.O_NONBLOCK) return original(...args);
    if (name === 'writeSync' && left > 0) {
      const bytes = (args[1] as Buffer).subarray(0, left);
      left = 0;
      return original(args[0], bytes);
    }
    throw Object.assign(new Error(`${code}: no`), { code });
  }) as never);
  syncBuiltinESMExports();
  const restore = () => {
    mocked.mock.restore();
    syncBuiltinESMExports();
  };
  t.after(restore);
  return restore;
}

describe('the generated password', () => {
  for (const [what, content] of [
    ['is empty', ''],
    ['is a line break', '\n'],
    ['is cut off', 'abc'],
    ['is zeros, as after a power cut', Buffer.alloc(25)],
    ['is no text', Buffer.from([0xff, 0xfe, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86])],
    ['has two lines', 'first password\nsecond password\n'],
    ['is far too long', 'x'.repeat(100_000)],
  ] as [string, string | Buffer][]) {
    it(`is made anew when its file ${what}, with a warning`, (t) => {
      const dir = tempDir(t);
      writeFileSync(join(dir, 'password'), content);
      const warnings: unknown[] = [];
      const log = { info() {}, warn: (details: unknown, text: string) => warnings.push([details, text]) } as never;
      const { value, file } = openDataFolder({ DATA_DIR: dir, BASIC_AUTH_PASSWORD: undefined }, log);
      assert.match(value, /^[\w-]{24}$/);
      assert.equal(readFileSync(file ?? '', 'utf8'), `${value}\n`);
      assert.equal(statSync(file ?? '').mode & 0o777, 0o600);
      assert.equal(warnings.length, 1);
      assert.match(JSON.stringify(warnings), /was damaged; a new password was made/);
      assert.doesNotMatch(JSON.stringify(warnings), new RegExp(value));
      assert.deepEqual(readdirSync(dir), ['password']);
      assert.deepEqual(loadPassword(undefined, dir), { value, file });
    });
  }

  it('is read from a file that a person wrote, with or without a line break at its end', (t) => {
    const dir = tempDir(t);
    for (const content of ['correct horse', 'correct horse\n', 'Grüße aus Köln\r\n']) {
      writeFileSync(join(dir, 'password'), content);
      assert.equal(loadPassword(undefined, dir).value, content.trim());
    }
  });

  for (const [name, code, reason] of [
    ['writeSync', 'ENOSPC', /the disk is full \(ENOSPC\)/],
    ['writeSync', 'EDQUOT', /quota/],
    ['fsyncSync', 'EIO', /the disk has an error \(EIO\)/],
    ['openSync', 'EROFS', /the file system is read-only \(EROFS\)/],
    ['openSync', 'EACCES', /this user may not write or read there \(EACCES\)/],
    ['mkdirSync', 'EROFS', /the file system is read-only \(EROFS\)/],
  ] as ['writeSync', string, RegExp][]) {
    for (const written of name === 'writeSync' ? [0, 10] : [0]) {
      it(`leaves no partial file when ${name} fails with ${code} after ${written} bytes, and one line gives the reason`, (t) => {
        const dir = join(tempDir(t), 'data');
        const makesFolder = (name as string) === 'mkdirSync';
        if (!makesFolder) mkdirSync(dir);
        const again = failing(t, name, code, written);
        assert.throws(
          () => loadPassword(undefined, dir),
          ({ message }: Error) => {
            assert.match(message, reason);
            assert.match(message, /^The password cannot be kept in .*password: .* or set BASIC_AUTH_PASSWORD\.$/);
            return !message.includes('\n');
          },
        );
        again();
        assert.deepEqual(makesFolder ? [] : readdirSync(dir), [], 'nothing is left');
        assert.match(loadPassword(undefined, dir).value, /^[\w-]{24}$/);
      });
    }
  }

  it('keeps its damaged file when the disk is full, and the error gives the reason', (t) => {
    const dir = tempDir(t);
    writeFileSync(join(dir, 'password'), 'abc');
    const again = failing(t, 'writeSync', 'ENOSPC');
    assert.throws(() => loadPassword(undefined, dir), /the disk is full/);
    again();
    assert.deepEqual(readdirSync(dir), ['password']);
    assert.equal(loadPassword(undefined, dir).renewed, 'it was shorter than 8 characters');
  });

  for (const [what, make] of [
    ['a directory', (file: string) => mkdirSync(file)],
    ['a FIFO', (file: string) => execFileSync('mkfifo', [file])],
  ] as const) {
    it(`is refused when its file is ${what}: the error names it, and the start does not wait for it`, (t) => {
      const dir = tempDir(t);
      make(join(dir, 'password'));
      const said = new RegExp(`password is ${what}, not a file; remove it, or set BASIC_AUTH_PASSWORD`);
      assert.throws(() => loadPassword(undefined, dir), said);
    });
  }

  it('is made only once when two programs start at the same time', (t) => {
    const dir = tempDir(t);
    const original = fs.linkSync;
    let other = '';
    const mocked = t.mock.method(fs, 'linkSync', (from: string, to: string) => {
      mocked.mock.restore();
      syncBuiltinESMExports();
      // Another program starts after this one looked for the file and before it makes it.
      other = loadPassword(undefined, dir).value;
      original(from, to);
    });
    syncBuiltinESMExports();
    assert.equal(loadPassword(undefined, dir).value, other);
    assert.deepEqual(readdirSync(dir), ['password']);
  });

  it('is made on a file system without hard links', (t) => {
    const dir = tempDir(t);
    const mocked = t.mock.method(fs, 'linkSync', () => {
      throw Object.assign(new Error('EPERM'), { code: 'EPERM' });
    });
    syncBuiltinESMExports();
    t.after(() => {
      mocked.mock.restore();
      syncBuiltinESMExports();
    });
    const { value } = loadPassword(undefined, dir);
    assert.equal(loadPassword(undefined, dir).value, value);
    assert.deepEqual(readdirSync(dir), ['password']);
  });
});
