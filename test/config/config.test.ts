import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '../../src/config/load.ts';
import { loadPassword } from '../../src/config/password.ts';
import { tempDir } from '../support/temp.ts';

test('nothing set: the defaults, on the loopback address', () => {
  const { PORT, HOST, MESSAGE_TTL_SECONDS, SLACK_API_URL, MATCH_EDITS } = loadConfig({});
  assert.deepEqual(
    [PORT, HOST, MESSAGE_TTL_SECONDS, SLACK_API_URL, MATCH_EDITS],
    [8080, '127.0.0.1', 3_600, 'https://slack.com/api/', false],
  );
});

test('an empty variable counts as unset, as in an .env file', () => {
  assert.equal(loadConfig({ PORT: '', SLACK_BOT_TOKEN: '' }).PORT, 8080);
});

test('a secret comes from a file, without its last line break', (t) => {
  const file = join(tempDir(t), 'secret');
  writeFileSync(file, 'a long password\n');
  assert.equal(loadConfig({ BASIC_AUTH_PASSWORD_FILE: file }).BASIC_AUTH_PASSWORD, 'a long password');
  assert.throws(
    () => loadConfig({ PORT_FILE: file, BASIC_AUTH_PASSWORD_FILE: join(file, 'x') }),
    /BASIC_AUTH_PASSWORD_FILE=/,
  );
});

test('the generated password is made once, for this user only', (t) => {
  const dir = join(tempDir(t), 'data');
  const first = loadPassword(undefined, dir);
  assert.ok(first.value.length >= 20);
  assert.deepEqual(loadPassword(undefined, dir), first);
  assert.equal(statSync(first.file ?? '').mode & 0o777, 0o600);
  assert.deepEqual(loadPassword('given', dir), { value: 'given', file: null });
});
