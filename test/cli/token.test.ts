import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { tempDir } from '../support/temp.ts';
import { type Rig, startProgram, ultronex } from './support.ts';

describe('ultronex token', () => {
  let rig: Rig;
  let dir = '';
  const ends: (() => void)[] = [];
  before(async () => {
    rig = await startProgram();
    dir = tempDir({ after: (run) => void ends.push(run as () => void) });
  });
  after(async () => {
    await rig.stop();
    for (const end of ends) end();
  });

  const token = (args: string[]) => ultronex(['token', ...args], rig.env);

  it('creates a token that other commands use, lists and revokes it', async () => {
    assert.match((await token(['list'])).err, /There is no token/);
    const created = await token(['create', 'ci', '--scope', 'post:#general', '--scope', 'read', '--expires', '90d']);
    assert.equal(created.code, 0, created.err);
    assert.match(created.out, /^ux_\w{36}$/);
    assert.match(created.err, /not shown again/);
    const file = join(dir, 'token');
    writeFileSync(file, `${created.out}\n`);

    const sent = await ultronex(['send', '#general', 'by token', '--token-file', file], rig.env);
    assert.equal(sent.code, 0, sent.err);
    const refused = await ultronex(['send', '#random', 'by token', '--token-file', file], rig.env);
    assert.equal(refused.code, 1);
    assert.match(
      refused.err,
      /answered 403: The token "ci" has the scope post:#general, read; this needs post:#random/,
    );

    const { out } = await token(['list']);
    assert.match(
      out,
      /^ci +ux_\w{5}… {2}active {3}used 20\d\d-\d\d-\d\d {2}expires 20\d\d-\d\d-\d\d {2}post:#general read$/,
    );
    assert.equal(JSON.parse((await token(['list', '--json'])).out)[0].name, 'ci');
    assert.equal((await token(['revoke', 'ci'])).out, 'Revoked.');
    const ended = await ultronex(['send', '#general', 'late', '--token-file', file], rig.env);
    assert.match(ended.err, /answered 401: The token "ci" was revoked at /);
    assert.match((await token(['revoke', 'ci'])).err, /There is no active token "ci"/);
  });

  it('the audit log lists what was changed and refused, newest first', async () => {
    const list = (...args: string[]) => ultronex(['audit', 'list', ...args], rig.env);
    const lines = (await list('--action', 'token')).out.split('\n');
    assert.deepEqual(
      lines.map((line) => line.split('  ').slice(1).join(' ')),
      [
        'ultronex 127.0.0.1 token revoke ci done',
        'ultronex 127.0.0.1 token create ci done post:#general, read, expires in 90d',
      ],
    );
    assert.match(lines[0] ?? '', /^20\d\d-\d\d-\d\dT/);
    assert.equal((await list('--limit', '1')).out.split('\n').length, 1);
    assert.match((await list('--target', 'nothing like it')).err, /There is no such entry/);
    const wrong = await list('--limit', '0');
    assert.deepEqual([wrong.code, /--limit "0" is no number from 1 to 200/.test(wrong.err)], [2, true]);
  });

  it('a wrong use is refused with the remedy', async () => {
    const wrong: [string[], RegExp][] = [
      [['create', 'x'], /--scope is missing; --scope read gives the least access/],
      [['create', 'x', '--scope', 'raed'], /did you mean read\?/],
      [['create', 'x', '--scope', 'read', '--expires', '90'], /write for example 90d/],
      [['create', 'x', '--scope', 'read', '--expires', '1d', '--expires', '2d'], /--expires is given twice/],
      [['list', '--token-file', '/nowhere/token'], /No token: \/nowhere\/token cannot be read \(ENOENT\)/],
      [['list', '--token-file', '/x', '--user', 'ada'], /--token-file and --user are both given/],
    ];
    for (const [args, reason] of wrong) {
      const { code, err } = await token(args);
      assert.notEqual(code, 0);
      assert.match(err, reason);
    }
  });

  it('an entry is added to the audit log', async () => {
    const added = await ultronex(['audit', 'add', 'deploy', 'v1.4.0', '--detail', 'by root'], rig.env);
    assert.deepEqual([added.code, added.out], [0, '']);
    const wrong = await ultronex(['audit', 'add', 'deploy', 'v1', '--outcome', 'great'], rig.env);
    assert.match(wrong.err, /must be one of begun, done, failed, refused/);
  });
});
