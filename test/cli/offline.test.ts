import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parse } from 'yaml';
import { createLogin } from '../../src/http/auth.ts';
import { slackManifest } from '../../src/slack/manifest.ts';
import { makeFolder, ultronex } from './support.ts';

describe('ultronex manifest', () => {
  it('prints the Socket Mode app as JSON', async () => {
    const { code, out } = await ultronex(['manifest']);
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(out), JSON.parse(JSON.stringify(slackManifest({ mode: 'socket' }))));
  });

  it('prints the HTTP app as YAML', async () => {
    const { out } = await ultronex(['manifest', '--yaml', '--http', 'https://bot.example.com/']);
    const { settings } = parse(out);
    assert.equal(settings.event_subscriptions.request_url, 'https://bot.example.com/slack/events');
    assert.equal(settings.socket_mode_enabled, false);
  });

  it('refuses what is no host, and both forms at once', async () => {
    assert.match((await ultronex(['manifest', '--http', 'http://a b'])).err, /is no host name/);
    assert.equal((await ultronex(['manifest', '--json', '--yaml'])).code, 2);
  });
});

describe('ultronex hash-password', () => {
  it('prints a line that the login takes for the password, without its line break', async () => {
    const { code, out } = await ultronex(['hash-password'], {}, 'correct horse\n');
    assert.equal(code, 0);
    assert.match(out, /^scrypt\$16384\$8\$1\$/);
    const login = createLogin('ultronex', out);
    assert.equal(await login('ultronex', 'correct horse'), true);
    assert.equal(await login('ultronex', 'correct horse\n'), false);
  });

  it('refuses a short one', async () => {
    const { code, err } = await ultronex(['hash-password'], {}, 'short');
    assert.equal(code, 1);
    assert.match(err, /5 characters; at least 8/);
  });
});

describe('ultronex replies check', () => {
  const { dir, remove } = makeFolder();
  const good = join(dir, 'good.yaml');
  const bad = join(dir, 'bad.yaml');
  before(() => {
    writeFileSync(good, 'name: greetings\ntriggers:\n  hello: [Hi]\n  bye: [See you]\n');
    writeFileSync(bad, 'name: broken\nsurprise: 1\ntriggers:\n  hello: []\n');
  });
  after(remove);

  const check = (...places: string[]) => ultronex(['replies', 'check', ...places], { REPLIES_DIR: dir });

  it('counts what is right', async () => {
    assert.deepEqual(await check(good), { code: 0, out: '1 pack, 2 trigger words, no problem.', err: '' });
  });

  it('prints every problem as file:line: reason', async () => {
    const { code, out } = await check(good, bad);
    assert.equal(code, 1);
    const lines = out.split('\n');
    assert.equal(lines.length, 2);
    assert.ok(lines[0]?.startsWith(`${bad}:2: unknown key "surprise"`), lines[0]);
    assert.ok(lines[1]?.startsWith(`${bad}:4: `), lines[1]);
  });

  it('prints warnings, which are no failure', async () => {
    const warned = join(dir, 'warned.yaml');
    writeFileSync(warned, 'name: w\ntriggers:\n  hello:\n    - see #general now\n');
    const { code, out } = await check(warned);
    rmSync(warned);
    assert.equal(code, 0);
    const [line, summary] = out.split('\n');
    assert.ok(line?.startsWith(`${warned}:4: warning: "#general now" is a comment`), line);
    assert.equal(summary, '1 pack, 1 trigger words, no problem, 1 warning.');
  });

  it('without places takes REPLIES_DIR, all its files', async () => {
    const { code, out } = await check();
    assert.equal(code, 1);
    assert.ok(out.includes(`${bad}:2`));
  });

  it('fails for a place that is not there or holds none', async () => {
    for (const [place, said] of [
      [join(dir, 'none'), /none: there is no such file or folder\. Name a folder of packs/],
      [join(dir, 'none.yaml'), /none\.yaml: there is no such file or folder\. /],
      [join(good, 'below'), /below: part of the path is a file\. /],
    ] as const) {
      const missing = await check(place);
      assert.equal(missing.code, 1);
      assert.match(missing.out, said);
      assert.doesNotMatch(missing.out, /\bE[A-Z]{4,}/);
    }
    const ofTheSetting = await ultronex(['replies', 'check'], { REPLIES_DIR: join(dir, 'none') });
    assert.equal(ofTheSetting.code, 1);
    assert.match(ofTheSetting.out, /none: there is no such file or folder.*set REPLIES_DIR/);
    const empty = join(dir, 'empty');
    mkdirSync(empty);
    assert.match((await check(empty)).err, /There is no pack/);
  });
});
