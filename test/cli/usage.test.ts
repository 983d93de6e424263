import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { commands } from '../../src/cli/commands/index.ts';
import { ultronex } from './support.ts';

describe('the usage of ultronex', () => {
  it('lists every command with --help, and as an error without a command', async () => {
    const asked = await ultronex(['--help']);
    assert.equal(asked.code, 0);
    for (const { name, summary } of commands) assert.ok(asked.out.includes(`${name} `) && asked.out.includes(summary));
    const bare = await ultronex([]);
    assert.equal(bare.code, 2);
    assert.equal(bare.err, asked.out);
  });

  for (const { name, usage } of commands) {
    it(`${name} --help prints the usage, whatever the other arguments`, async () => {
      const { code, out } = await ultronex([...name.split(' '), 'a', 'b', '--help', '--nonsense']);
      assert.equal(code, 0);
      assert.ok(out.startsWith(`Usage: ultronex ${name} ${usage}`.trimEnd()));
    });
    it(`${name} refuses an unknown option with exit code 2`, async () => {
      const { code, err } = await ultronex([...name.split(' '), '--nonsense']);
      assert.equal(code, 2);
      assert.match(err, /Unknown option '--nonsense'/);
    });
  }

  it('prints its version', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    for (const asked of ['--version', '-v', 'version']) {
      const { code, out } = await ultronex([asked]);
      assert.deepEqual([code, out], [0, version]);
    }
  });

  it('names an unknown command, and lists the commands that begin with the first word', async () => {
    const unknown = await ultronex(['sing']);
    assert.deepEqual([unknown.code, unknown.err.split('\n')[0]], [2, 'There is no command "sing".']);
    const family = await ultronex(['track', 'sing']);
    assert.equal(family.code, 2);
    assert.match(family.err, /track list/);
    assert.doesNotMatch(family.err, /manifest/);
  });

  it('shows of the address of a store all but the password, and examples as they are', async () => {
    const wrong = await ultronex(['store', 'copy', '--from', 'postgres://ada:topsecret@db']);
    assert.match(
      wrong.err,
      /--from "postgres:\/\/ada:\[redacted\]@db" is no store; write .* with user:password@ before/,
    );
    const files = await ultronex(['store', 'copy', '--from', 'sqlite:a', '--to', 'sqlite:b']);
    assert.match(
      files.err,
      /both stores are SQLite files\. Give one as postgres:\/\/host\/database with user:password@/,
    );
    assert.doesNotMatch(files.err, /redacted/);
  });

  it('accepts an argument that looks like an option after --', async () => {
    const { err } = await ultronex(['track', 'add', '--', '--help']);
    assert.match(err, /--for USER is missing/);
  });

  it('refuses arguments that are not UTF-8 with exit code 2, at any position', async () => {
    for (const args of [
      ['send', '#ops', 'arg \ufffd bytes'],
      ['send', '#ops', 'text', '--title', 'caf\ufffd'],
      ['send', '#ops', 'text', '--title=caf\ufffd'],
      ['track', 'add', 'caf\ufffd', '--for', 'U1'],
      ['s\ufffdnd'],
    ]) {
      const { code, out, err } = await ultronex(args);
      assert.deepEqual([code, out], [2, ''], args.join(' '));
      const wrong = args.find((arg) => arg.includes('\ufffd'));
      assert.ok(err.startsWith(`ultronex: the argument "${wrong}" has bytes that are not UTF-8`), err);
      assert.match(err, /UTF-8, or give the text through stdin:\nprintf … \| iconv /);
    }
  });

  it('exits with 78 and lists every problem of the configuration', async () => {
    const { code, err } = await ultronex(['track', 'list'], { PORT: 'x', LOG_LEVEL: 'loud' });
    assert.equal(code, 78);
    assert.match(err, /PORT="x"/);
    assert.match(err, /LOG_LEVEL="loud"/);
  });
});
