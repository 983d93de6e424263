import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '../../src/app/index.ts';
import { loadPassword } from '../../src/config/password.ts';
import { tempDir } from '../support/temp.ts';

test('without settings the program uses the defaults and listens on the loopback address', () => {
  const { PORT, HOST, MESSAGE_TTL_SECONDS, SLACK_API_URL, MATCH_EDITS } = loadConfig({});
  assert.deepEqual(
    [PORT, HOST, MESSAGE_TTL_SECONDS, SLACK_API_URL, MATCH_EDITS],
    [8080, '127.0.0.1', 3_600, 'https://slack.com/api/', false],
  );
});

test('an empty variable counts as unset, as in an .env file', () => {
  assert.equal(loadConfig({ PORT: '', SLACK_BOT_TOKEN: '' }).PORT, 8080);
});

test('on a dyno of Heroku the program listens for the router, trusts its headers and knows its host names', () => {
  const { HOST, PORT, ALLOWED_HOSTS, TRUSTED_PROXIES } = loadConfig({ DYNO: 'web.1', PORT: '5000' });
  assert.deepEqual(
    [HOST, PORT, ALLOWED_HOSTS, TRUSTED_PROXIES],
    ['0.0.0.0', 5_000, '*.herokuapp.com', 'loopback,uniquelocal'],
  );
  assert.equal(loadConfig({ DYNO: 'web.1', PORT: '5000', HOST: '127.0.0.1' }).HOST, '127.0.0.1');
  for (const env of [{ DYNO: 'web.1' }, { PORT: '5000' }]) assert.equal(loadConfig(env).HOST, '127.0.0.1');
});

test('a secret is read from a file, without its last line break', (t) => {
  const file = join(tempDir(t), 'secret');
  writeFileSync(file, 'a long password\n');
  assert.equal(loadConfig({ BASIC_AUTH_PASSWORD_FILE: file }).BASIC_AUTH_PASSWORD, 'a long password');
  assert.throws(
    () => loadConfig({ PORT_FILE: file, BASIC_AUTH_PASSWORD_FILE: join(file, 'x') }),
    /BASIC_AUTH_PASSWORD_FILE=/,
  );
  writeFileSync(file, Buffer.from('pass\xe9word-1', 'latin1'));
  assert.throws(
    () => loadConfig({ BASIC_AUTH_PASSWORD_FILE: file }),
    /cannot be read: not UTF-8: byte 0xe9 at offset 4;/,
  );
});

test('the generated password is made once, and only its owner can read the file', (t) => {
  const dir = join(tempDir(t), 'data');
  const first = loadPassword(undefined, dir);
  assert.ok(first.value.length >= 20);
  assert.deepEqual(loadPassword(undefined, dir), first);
  assert.equal(statSync(first.file ?? '').mode & 0o777, 0o600);
  assert.deepEqual(loadPassword('given', dir), { value: 'given', file: null });
});

test('a token is not sent over plain http to a public network', () => {
  for (const url of [
    'http://slack.com/api/',
    'http://slack-gov.com/api/',
    'http://1.1.1.1/api/',
    'http://16843009/api/',
  ]) {
    assert.throws(() => loadConfig({ SLACK_API_URL: url }), /SLACK_API_URL=.*unencrypted\. Write https:\/\/\./, url);
  }
  for (const url of ['http://fake-slack:9000/api/', 'http://127.0.0.1:9000/api/', 'http://192.168.1.5/api/']) {
    assert.equal(loadConfig({ SLACK_API_URL: url }).SLACK_API_URL, url);
  }
  assert.throws(
    () => loadConfig({ SLACK_API_URL: 'https://a:secret@slack.com/api/' }),
    (error: Error) => {
      assert.match(error.message, /SLACK_API_URL holds a login/);
      return !error.message.includes('secret');
    },
  );
});

test('a login for Loki is not sent over plain http to another machine, and no error shows it', () => {
  for (const url of [
    'http://me:secret@loki.example.com',
    'http://me:secret@loki:3100',
    'http://secret@10.0.0.5:3100',
  ]) {
    assert.throws(
      () => loadConfig({ LOKI_URL: url }),
      (error: Error) => {
        assert.match(error.message, /LOKI_URL holds a login.*Write https:\/\/, or take the login out/);
        return !error.message.includes('secret');
      },
    );
  }
  assert.throws(
    () => loadConfig({ LOKI_URL: 'secret' }),
    ({ message }: Error) => !message.includes('"secret"'),
  );
  for (const url of ['http://loki:3100', 'https://me:secret@loki.example.com', 'http://me:secret@127.0.0.1:3100']) {
    assert.equal(loadConfig({ LOKI_URL: url }).LOKI_URL, url);
  }
});

test('REDIS_URL is read under the names of Relax and its client, its own one first', (t) => {
  const [cloud, togo] = ['redis://:secret@cloud:1234', 'redis://togo:5678'];
  const both = { REDISCLOUD_URL: cloud, REDISTOGO_URL: togo };
  assert.equal(loadConfig({ REDISTOGO_URL: togo }).REDIS_URL, togo);
  assert.equal(loadConfig({ ...both, REDIS_URL: '' }).REDIS_URL, cloud);
  assert.equal(loadConfig({ ...both, REDIS_URL: 'redis://own' }).REDIS_URL, 'redis://own');
  const file = join(tempDir(t), 'url');
  writeFileSync(file, 'redis://of-the-file');
  assert.equal(loadConfig({ REDISCLOUD_URL_FILE: file }).REDIS_URL, 'redis://of-the-file');
  assert.equal(loadConfig({ ...both, REDIS_URL_FILE: file }).REDIS_URL, 'redis://of-the-file');
  assert.equal(loadConfig({ REDISCLOUD_URL: cloud, RELAX_EVENTS_QUEUE: 'relax' }).RELAX_EVENTS_QUEUE, 'relax');
  assert.throws(
    () => loadConfig({ REDISCLOUD_URL: 'http://:secret@cloud' }),
    (error: Error) => /REDISCLOUD_URL: write/.test(error.message) && !error.message.includes('secret@'),
  );
});
