import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { hashPassword } from '../../src/people/index.ts';
import { eventually } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';
import { answerOf, basic, startApi } from './support.ts';

const dir = tempDir({ after } as never);
const file = join(dir, 'users.yaml');
const line = await hashPassword('correct horse');
const users = (role: string) =>
  `users:\n  - { name: ada, password: '${line}', role: ${role} }\nslack:\n  U2: operator\n`;
writeFileSync(file, users('viewer'));
const api = await startApi({ after }, { USERS_FILE: file });
const ada = basic('ada', 'correct horse');
const as = async (authorization: string, method: string, path: string, body?: unknown) =>
  answerOf(
    await fetch(api.base + path, {
      method,
      headers: { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    }),
  );

test('a viewer reads and changes nothing, and is told which role it takes', async () => {
  assert.equal((await as(ada, 'GET', '/stats')).status, 200);
  const post = await as(ada, 'POST', '/slack', { msg: { channel: '#general', text: 'x' } });
  assert.deepEqual([post.status, post.body.msg], [403, '"ada" is viewer; this needs the role operator.']);
  const tokens = await as(ada, 'GET', '/tokens');
  assert.deepEqual([tokens.status, tokens.body.msg], [403, '"ada" is viewer; this needs the role admin.']);
  assert.equal((await as(basic('ada', 'wrong'), 'GET', '/stats')).status, 401);
});

test('a change of the file is in force within seconds; with an error the users before stay', async () => {
  const write = (text: string) => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  };
  const message = { msg: { channel: '#general', text: 'x' } };
  write(users('operator'));
  await eventually('the new role', async () => (await as(ada, 'POST', '/slack', message)).status === 200);
  assert.equal((await as(ada, 'POST', '/tokens', { name: 'x', scopes: ['read'] })).status, 403);
  write('users: nobody');
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal((await as(ada, 'POST', '/slack', message)).status, 200);
  write('users: []');
  await eventually('the end of the login', async () => (await as(ada, 'GET', '/stats')).status === 401);
  assert.equal((await api.call('GET', '/stats')).status, 200, 'the user of the settings stays');
});
