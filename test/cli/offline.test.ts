import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parse } from 'yaml';
import { createPasswordCheck } from '../../src/people/password.ts';
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

  it('prints an app that other workspaces install, by an option or by the settings', async () => {
    const { out } = await ultronex(['manifest', '--install', 'bot.example.com']);
    const { oauth_config, settings } = JSON.parse(out);
    assert.deepEqual(oauth_config.redirect_urls, ['https://bot.example.com/slack/oauth_redirect']);
    assert.equal(settings.org_deploy_enabled, true);
    for (const event of ['app_uninstalled', 'tokens_revoked']) {
      assert.ok(settings.event_subscriptions.bot_events.includes(event), event);
    }
    const env = { SLACK_CLIENT_ID: '1.2', PUBLIC_URL: 'https://bot.example.com' };
    assert.equal((await ultronex(['manifest'], env)).out, out);
    const plain = JSON.parse((await ultronex(['manifest'], { PUBLIC_URL: env.PUBLIC_URL })).out);
    assert.deepEqual([plain.oauth_config.redirect_urls, plain.settings.org_deploy_enabled], [undefined, false]);
  });

  it('has the events and scopes for programs outside by an option, or where the settings record events', async () => {
    const { out } = await ultronex(['manifest', '--events']);
    const { oauth_config, settings } = JSON.parse(out);
    for (const scope of ['reactions:read', 'im:read']) assert.ok(oauth_config.scopes.bot.includes(scope), scope);
    for (const event of ['reaction_added', 'team_join', 'im_created']) {
      assert.ok(settings.event_subscriptions.bot_events.includes(event), event);
    }
    for (const [name, value] of Object.entries({
      REDIS_URL: 'redis://r',
      REDIS_URL_FILE: '/r',
      REDISCLOUD_URL: 'redis://r',
      EVENTS: 'on',
    })) {
      assert.equal((await ultronex(['manifest'], { [name]: value })).out, out, name);
    }
    assert.doesNotMatch(
      (await ultronex(['manifest'], { EVENTS: 'off', REDIS_URL: 'redis://r' })).out,
      /reactions:read/,
    );
  });

  it('refuses an invalid host, and both formats at once', async () => {
    assert.match((await ultronex(['manifest', '--http', 'http://a b'])).err, /is no host name/);
    assert.match(
      (await ultronex(['manifest', '--install', 'http://a b'])).err,
      /--install "http:\/\/a b" is no host name/,
    );
    assert.equal((await ultronex(['manifest', '--json', '--yaml'])).code, 2);
  });
});

describe('ultronex hash-password', () => {
  it('prints a line that verifies the password without its line break', async () => {
    const { code, out } = await ultronex(['hash-password'], {}, 'correct horse\n');
    assert.equal(code, 0);
    assert.match(out, /^scrypt\$16384\$8\$1\$/);
    const check = createPasswordCheck(out);
    assert.equal(await check('correct horse'), true);
    assert.equal(await check('correct horse\n'), false);
  });

  it('refuses a short password', async () => {
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

  it('counts valid packs and trigger words', async () => {
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

  it('prints warnings and succeeds', async () => {
    const warned = join(dir, 'warned.yaml');
    writeFileSync(warned, 'name: w\ntriggers:\n  hello:\n    - see #general now\n');
    const { code, out } = await check(warned);
    rmSync(warned);
    assert.equal(code, 0);
    const [line, summary] = out.split('\n');
    assert.ok(line?.startsWith(`${warned}:4: warning: "#general now" is a comment`), line);
    assert.equal(summary, '1 pack, 1 trigger words, no problem, 1 warning.');
  });

  it('checks all files of REPLIES_DIR by default', async () => {
    const { code, out } = await check();
    assert.equal(code, 1);
    assert.ok(out.includes(`${bad}:2`));
  });

  it('fails for a missing path and for a folder without packs', async () => {
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
