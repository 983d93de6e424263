import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { ultronex } from '../../cli/support.ts';
import { tempDir } from '../../support/temp.ts';
import { file } from './support.ts';

function folder(t: TestContext, files: Record<string, string>): Record<string, string> {
  const dir = join(tempDir(t), 'hooks');
  mkdirSync(dir);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return { HOOKS_DIR: dir };
}

describe('ultronex hooks check', () => {
  it('names the hooks, and those that need a login', async (t) => {
    const { code, out } = await ultronex(['hooks', 'check'], folder(t, { 'a.yaml': file }));
    assert.deepEqual(
      [code, out.split('\n')],
      [
        0,
        [
          '3 hooks, no problem: deploys, sensor, open.',
          'Without `verify`, so that callers need a login or a token: open.',
        ],
      ],
    );
  });

  it('prints every problem of every file, and names that are there twice', async (t) => {
    const env = folder(t, { 'a.yaml': file, 'b.yaml': file, 'c.yaml': 'hooks: [{ name: x }]' });
    const { code, out } = await ultronex(['hooks', 'check'], env);
    assert.equal(code, 1);
    assert.match(out, /c\.yaml:1: "channel" is missing/);
    assert.match(out, /b\.yaml, hook "deploys": the name is taken by .*a\.yaml, hook "deploys"/);
  });

  it('an empty or missing folder is an error with the place', async (t) => {
    assert.match((await ultronex(['hooks', 'check'], folder(t, {}))).err, /There is no hook \(\*\.yaml\) in /);
    const missing = await ultronex(['hooks', 'check'], { HOOKS_DIR: '/nowhere/hooks' });
    assert.deepEqual([missing.code, missing.out], [1, '/nowhere/hooks: there is no such file or folder']);
  });
});

describe('ultronex hooks test', () => {
  it('prints the message or incident that a body makes', async (t) => {
    const env = folder(t, { 'a.yaml': file, 'g.yaml': "hooks: [{ name: gh, channel: '#dev', template: github }]" });
    const run = (name: string, body: object, ...more: string[]) =>
      ultronex(['hooks', 'test', name, ...more], env, JSON.stringify(body));
    assert.equal(
      (await run('deploys', { repository: 'a<b' })).out,
      'A message in #general:\ndeployed a&lt;b by nobody',
    );
    assert.equal(
      (await run('sensor', { id: 7, room: 'cellar' })).out,
      'An incident in #ops, firing, warning, key "sensor 7":\nSensor 7\nroom: cellar',
    );
    const notifying = folder(t, {
      'a.yaml': file.replace("      severity: '{{", "      notify: U012AB3CD\n      severity: '{{"),
    });
    assert.match(
      (await ultronex(['hooks', 'test', 'sensor'], notifying, '{"id":7,"room":"cellar"}')).out,
      /room: cellar\nmentions <@U012AB3CD>$/,
    );
    const fixing = folder(t, {
      'a.yaml': file.replace("      severity: '{{", "      fix: dry-it\n      severity: '{{"),
    });
    assert.match(
      (await ultronex(['hooks', 'test', 'sensor'], fixing, '{"id":7,"room":"cellar"}')).out,
      /room: cellar\noffers the job dry-it$/,
    );
    const release = {
      action: 'published',
      sender: { login: 'ada' },
      release: { tag_name: 'v1' },
      repository: { full_name: 'a/b' },
    };
    assert.match(
      (await run('gh', release, '--header', 'X-GitHub-Event: release')).out,
      /^A message in #dev:\nada published </,
    );
    assert.equal((await run('gh', release)).out, 'Nothing would be posted: the templates rendered no text.');
  });

  it('names what is wrong: the hook, the body, the template', async (t) => {
    const env = folder(t, { 'a.yaml': file });
    const unknown = await ultronex(['hooks', 'test', 'deploy'], env, '{}');
    assert.match(unknown.err, /There is no hook "deploy" in .*: deploys, sensor, open\./);
    assert.match((await ultronex(['hooks', 'test', 'deploys'], env, '{')).err, /the body is not JSON/);
    const { code, err } = await ultronex(['hooks', 'test', 'sensor'], env, '{"severity":"x"}');
    assert.equal(code, 1);
    assert.match(err, /a\.yaml, hook "sensor": incident\.severity is "x" for this body/);
  });
});
