import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ApiClient } from '../../src/cli/api-client.ts';
import { waitForEnd } from '../../src/cli/wait.ts';
import { nowhere, type Rig, startProgram, ultronex } from './support.ts';

interface Seen {
  text: string;
  title: string | null;
  state: string;
  attachments: string[];
  createdAt: string;
  expiresAt: string;
}

describe('ultronex send', () => {
  let rig: Rig;
  before(async () => {
    rig = await startProgram();
  });
  after(() => rig.stop());

  const send = (args: string[], input?: string | Buffer) => ultronex(['send', ...args], rig.env, input);
  async function ledger(id: string): Promise<Seen> {
    const authorization = `Basic ${Buffer.from(`ultronex:${rig.app.password.value}`).toString('base64')}`;
    const response = await fetch(`${rig.app.url}/ultronex/messages/${id}`, { headers: { authorization } });
    return (await response.json()) as Seen;
  }

  it('posts with the generated password and prints the id', async () => {
    const { code, out } = await send(['#general', 'disk is full', '--title', 'ops']);
    assert.equal(code, 0);
    const { text, title } = await ledger(out);
    assert.deepEqual([text, title], ['disk is full', 'ops']);
  });

  it('shows & < > literally, unless --no-escape is given', async () => {
    const shown = await send(['#general', 'a < b && <!channel>', '--title', 'R&D']);
    const { text, title } = await ledger(shown.out);
    assert.deepEqual([text, title], ['a &lt; b &amp;&amp; &lt;!channel&gt;', 'R&amp;D']);
    const meant = await send(['#general', '<https://example.com|link> & more', '--no-escape']);
    assert.equal((await ledger(meant.out)).text, '<https://example.com|link> & more');
  });

  it('--wait prints the permalink once the message is sent', async () => {
    const { code, out } = await send(['#general', 'hello', '--wait']);
    assert.equal(code, 0);
    assert.match(out, new RegExp(`^${rig.app.url}/ultronex/simulator#C`));
  });

  it('--wait fails with Slack’s reason when the message is refused', async () => {
    const { code, err } = await send(['#nowhere', 'hello', '--wait']);
    assert.equal(code, 1);
    assert.match(err, /^.*The message [\w-]+ has failed: channel_not_found\.$/m);
  });

  it('reads the text from stdin, with and without -', async () => {
    for (const args of [['#general', '-'], ['#general']]) {
      const { out } = await send(args, 'two\nlines\n');
      assert.equal((await ledger(out)).text, 'two\nlines');
    }
  });

  it('uploads a payload: JSON as JSON, anything else as text', async () => {
    const json = join(rig.dir, 'a.json');
    await writeFile(json, '{"a":1}');
    const fromFile = await send(['#general', 'see', '--payload', json, '--wait']);
    assert.equal(fromFile.code, 0);
    const { out } = await send(['#general', 'see', '--payload', json]);
    assert.deepEqual((await ledger(out)).attachments, ['payload.json']);
    const fromStdin = await send(['#general', 'see', '--payload', '-'], 'a stack trace');
    assert.deepEqual((await ledger(fromStdin.out)).attachments, ['payload.txt']);
    assert.equal((await send(['#general', '-', '--payload', '-'], 'x')).code, 2);
  });

  it('refuses invalid UTF-8 from arguments, stdin and files, and names the first byte', async () => {
    const file = join(rig.dir, 'latin1.txt');
    await writeFile(file, Buffer.from('caf\xe9 ol\xe9', 'latin1'));
    const runs: [args: string[], input: Buffer | string | undefined, from: string][] = [
      [['#general', '-'], Buffer.from('caf\xe9 ol\xe9', 'latin1'), 'stdin'],
      [['#general', 'x', '--payload', '-'], Buffer.from('caf\xe9 ol\xe9', 'latin1'), 'stdin'],
      [['#general', 'x', '--payload', file], undefined, file],
    ];
    for (const [args, input, from] of runs) {
      const { code, err } = await send(args, input);
      assert.equal(code, 1);
      assert.ok(err.includes(`${from} is not UTF-8: byte 0xe9 at offset 3; convert it`), err);
    }
    const wide = await send(['#general', '-'], Buffer.from('\ufeffhello', 'utf16le'));
    assert.match(wide.err, /stdin is not UTF-8: byte 0xff at offset 0; .*iconv -f utf-16 -t utf-8/);
    const { err } = await send(['#general', 'x', '--password-file', file]);
    assert.match(err, /latin1\.txt cannot be read \(not UTF-8: byte 0xe9 at offset 3/);
  });

  it('removes a byte order mark', async () => {
    assert.equal((await ledger((await send(['#general', '-'], '\ufeffhello')).out)).text, 'hello');
  });

  it('names a payload that cannot be read, with the reason', async () => {
    const missing = await send(['#general', 'x', '--payload', join(rig.dir, 'none')]);
    assert.equal(missing.code, 1);
    assert.match(missing.err, /none cannot be read: there is no such file\./);
    const folder = await send(['#general', 'x', '--payload', rig.dir]);
    assert.match(folder.err, /cannot be read: it is a directory \(EISDIR\)/);
  });

  it('--ttl sets how long the message may wait', async () => {
    const { out } = await send(['#general', 'soon', '--ttl', '20']);
    const { createdAt, expiresAt } = await ledger(out);
    assert.equal(Date.parse(expiresAt) - Date.parse(createdAt), 20_000);
    assert.equal((await send(['#general', 'soon', '--ttl', 'soon'])).code, 2);
    assert.match((await send(['#general', 'soon', '--ttl', '0'])).err, /msg\.ttl must be >= 1/);
  });

  it('--wait warns about a file that was left out, and succeeds', async () => {
    const slack = { channel: 'C1', ts: '1.2', permalink: 'https://acme.slack.com/p1' };
    const warnings = ['a.log: empty_file: Slack takes no file of 0 bytes'];
    const seen = { state: 'sent', error: null, expiresAt: '', mergedInto: null, slack, warnings };
    const client = { base: rig.app.url, call: async () => seen } as unknown as ApiClient;
    const told: string[] = [];
    assert.equal(await waitForEnd(client, 'm1', (text) => told.push(text)), slack.permalink);
    assert.deepEqual(told, ['warning: a.log: empty_file: Slack takes no file of 0 bytes']);
  });

  it('posts once for one idempotency key', async () => {
    const once = ['#general', 'backup done', '--idempotency-key', 'backup-1'];
    const [first, second] = [await send(once), await send(once)];
    assert.equal(first.out, second.out);
    const other = await send(['#general', 'another', '--idempotency-key', 'backup-1']);
    assert.equal(other.code, 1);
    assert.match(other.err, /answered 422: .*was used with another message/);
  });

  it('names the problem: no text, wrong password, no program', async () => {
    assert.equal((await send(['#general'])).code, 2);
    assert.equal((await send(['#general', ' '])).code, 2);
    const wrong = await send(['#general', 'x', '--password', 'not this one']);
    assert.match(wrong.err, /does not take this user name and password/);
    const nobody = await send(['#general', 'x', '--url', await nowhere()]);
    assert.equal(nobody.code, 1);
    assert.match(nobody.err, /127\.0\.0\.1:\d+ does not answer \(ECONNREFUSED\)/);
    assert.equal((await send(['#general', 'x', '--url', 'localhost'])).code, 2);
  });

  it('sends no password over plain http, except to this machine', async () => {
    const password = ['--password', 'only-for-this-test'];
    for (const url of [
      'http://bot.example.com',
      'http://10.1.2.3:8080/ultronex/',
      'http://nas:8080',
      'http://[2001:db8::1]',
    ]) {
      const { code, err } = await send(['#general', 'x', '--url', url, ...password]);
      assert.equal(code, 1, url);
      assert.match(err, /The login would go to http:\/\/\S+ unencrypted\. Use https:\/\/, or a tunnel: ssh -L 8080/);
      assert.doesNotMatch(err, /only-for-this-test/);
    }
    const own = networkInterfaces().eth0?.find(({ family }) => family === 'IPv4')?.address ?? '127.0.0.1';
    const { port } = new URL(await nowhere());
    for (const host of ['localhost', '127.0.0.2', '[::1]', own]) {
      const { err } = await send(['#general', 'x', '--url', `http://${host}:${port}`, ...password]);
      assert.match(err, /does not answer/, host);
    }
  });

  it('reads the password from a file, and cannot use a scrypt line', async () => {
    const file = join(rig.dir, 'password');
    const env = { ...rig.env, BASIC_AUTH_PASSWORD: `scrypt$16384$8$1$${'a'.repeat(22)}$${'b'.repeat(43)}` };
    const hashed = await ultronex(['send', '#general', 'x'], env);
    assert.match(hashed.err, /is a scrypt line/);
    assert.equal((await ultronex(['send', '#general', 'x', '--password-file', file], env)).code, 0);
    const missing = await ultronex(['send', '#general', 'x', '--password-file', `${file}.none`], env);
    assert.match(missing.err, /password\.none cannot be read \(ENOENT\)/);
    await writeFile(`${file}.empty`, ' \n');
    const empty = await ultronex(['send', '#general', 'x', '--password-file', `${file}.empty`], env);
    assert.match(empty.err, /password\.empty is empty/);
  });
});
