import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadUsers } from '../../src/people/index.ts';
import { createPasswordCheck } from '../../src/people/password.ts';
import { ultronex } from '../cli/support.ts';
import { tempDir } from '../support/temp.ts';
import { password, startApi } from './support.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/access.md'), 'utf8');
const api = await startApi({ after });
const dir = tempDir({ after } as never);
const tokenFile = join(dir, 'token');

const examples = [...page.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) => block.trim().split('\n'));

/** The words of a line as a shell would read them: blanks separate, single quotes hold together. */
const wordsOf = (line: string) =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

async function runCurl(words: string[]): Promise<{ status: number; text: string }> {
  const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' };
  let [method, url, body]: (string | undefined)[] = [undefined, undefined, undefined];
  for (let at = 1; at < words.length; at++) {
    const [word = '', next = ''] = [words[at], words[at + 1]];
    if (!word.startsWith('-')) url = word;
    else at += 1;
    if (word === '-H') headers[next.split(': ')[0] ?? ''] = next.split(': ')[1] ?? '';
    if (word === '-u')
      headers.authorization = `Basic ${Buffer.from(next.replace('PASSWORD', password)).toString('base64')}`;
    if (word === '-d') body = next;
    if (word === '-X') method = next;
  }
  const address = (url ?? '').replace('https://bot.example.com', api.origin);
  const response = await fetch(address, { method: method ?? (body === undefined ? 'GET' : 'POST'), headers, body });
  return { status: response.status, text: await response.text() };
}

test('every example of docs/access.md works, in its order', async () => {
  assert.ok(examples.length >= 9, `${examples.length} examples`);
  const env = { PORT: new URL(api.origin).port, BASIC_AUTH_PASSWORD: password, DATA_DIR: dir };
  let secret = '';
  for (const line of examples) {
    const words = wordsOf(line.replace('ux_…', secret).replace('/etc/backup/token', tokenFile));
    if (words[0] === 'curl') {
      const { status, text } = await runCurl(words);
      assert.ok(status < 300, `${line}: ${status} ${text}`);
      continue;
    }
    assert.equal(words[0], 'ultronex', line);
    const { code, out, err } = await ultronex(words.slice(1), env);
    assert.equal(code, 0, `${line}: ${out}${err}`);
    if (!out.startsWith('ux_')) continue;
    secret = out;
    writeFileSync(tokenFile, out);
  }
  const { body } = await api.call('GET', '/audit');
  assert.deepEqual(
    body.entries.map(({ action }: { action: string }) => action),
    ['database upgrade', 'token revoke', 'token create', 'token revoke', 'token create'],
  );
});

test('the example of a users file is right, and its password is the one in the comment', async () => {
  const file = join(root, 'access/users.example.yaml');
  const text = readFileSync(file, 'utf8');
  const { accounts, slack } = loadUsers(text, file);
  assert.deepEqual([accounts.length, slack.size], [1, 1]);
  const written = /is: (.*)/.exec(text)?.[1] ?? '';
  assert.equal(await createPasswordCheck(accounts[0]?.password ?? '')(written), true);
});
