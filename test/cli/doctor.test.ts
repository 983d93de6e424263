import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { systemClock } from '../../src/domain/clock.ts';
import { slackManifest } from '../../src/slack/manifest.ts';
import { createSqliteStore } from '../../src/stores/sqlite/store.ts';
import { startFakeSlack } from '../fakes/slack/index.ts';
import { rootPageOf } from '../support/root-page.ts';
import { makeFolder, nowhere, startProgram, ultronex } from './support.ts';

const scopes = slackManifest({ mode: 'socket' }).oauth_config.scopes.bot;

describe('ultronex doctor', () => {
  const cleanups: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  function folder(): string {
    const { dir, remove } = makeFolder();
    cleanups.push(remove);
    return dir;
  }

  async function doctor(env: Record<string, string | undefined>, url?: string) {
    const { code, out } = await ultronex(['doctor', '--url', url ?? (await nowhere())], env);
    const lines = out.split('\n');
    for (const line of lines) assert.match(line, /^(ok {2}|warn|fail) {2}\w+ +\S/);
    return { code, lines, of: (part: string) => lines.filter((line) => line.slice(6, 18).trim() === part) };
  }

  async function fakeSlack(granted: string[]) {
    const slack = await startFakeSlack({ teams: [{ id: 'T1', scopes: granted }] });
    cleanups.push(() => slack.stop());
    const env = {
      DATA_DIR: folder(),
      SLACK_BOT_TOKEN: 'xoxb-test-1',
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.apiUrl,
    };
    return { slack, env };
  }

  it('finds no problem before the first start, and creates nothing', async () => {
    const dir = join(folder(), 'data');
    const { code, of } = await doctor({ DATA_DIR: dir });
    assert.equal(code, 0);
    assert.match(of('data')[0] ?? '', /^ok .*made at the first start/);
    assert.match(of('store')[0] ?? '', /^ok .*made at the first start/);
    assert.match(of('program')[0] ?? '', /^warn .*does not answer \(ECONNREFUSED\)/);
  });

  it('checks the store while the program runs, and asks the program for its state', async () => {
    const rig = await startProgram();
    cleanups.push(() => rig.stop());
    await ultronex(['send', '#general', 'hello', '--wait'], rig.env);
    const { code, lines, of } = await doctor(rig.env, rig.app.url);
    assert.equal(code, 0, lines.join('\n'));
    assert.deepEqual(
      of('store').map((line) => line.slice(0, 4).trim()),
      ['ok', 'ok', 'ok'],
    );
    assert.match(of('store').join('\n'), /is whole[\s\S]*takes writes[\s\S]*no message waits/);
    assert.match(of('program')[0] ?? '', /^ok .* is ready/);
    assert.equal((await ultronex(['send', '#general', 'after it', '--wait'], rig.env)).code, 0);
  });

  it('lists every problem of the configuration, and exits with the code of a failed start', async () => {
    const { code, of } = await doctor({ PORT: 'x', SLACK_BOT_TOKEN: 'secret-thing' });
    assert.equal(code, 78, 'as at the start');
    assert.match(of('config').join('\n'), /PORT="x".*\n.*SLACK_BOT_TOKEN: write /);
    assert.equal(of('config').length, 2);
    assert.doesNotMatch(of('config').join('\n'), /secret-thing/);
  });

  it('reports every setting that the start refuses', async () => {
    const { code, of } = await doctor({
      BASIC_AUTH_PASSWORD: 'scrypt$1$2$3',
      TRUSTED_PROXIES: 'zz',
      PUBLIC_URL: 'http://bot:99999',
    });
    assert.equal(code, 78);
    const found = of('config').join('\n');
    for (const name of ['BASIC_AUTH_PASSWORD', 'TRUSTED_PROXIES', 'PUBLIC_URL']) {
      assert.match(found, new RegExp(`^fail .*${name}`, 'm'));
    }
  });

  it('fails for a store that is a symbolic link to nothing, as the start does', async () => {
    const dir = folder();
    symlinkSync(join(dir, 'none'), join(dir, 'ultronex.db'));
    const { code, of } = await doctor({ DATA_DIR: dir });
    assert.equal(code, 1);
    assert.match(of('store').join('\n'), /^fail .*ultronex\.db is a symbolic link that leads nowhere/);
  });

  it('warns about a missing folder of replies, and about a refused pack', async () => {
    const dir = folder();
    const missing = await doctor({ DATA_DIR: dir, REPLIES_DIR: join(dir, 'none') });
    assert.equal(missing.code, 0, 'the program starts all the same');
    assert.match(
      missing.of('replies').join('\n'),
      /^warn .*REPLIES_DIR=".*\/none": there is no such folder.*Make a folder there .* or set REPLIES_DIR and restart/,
    );
    writeFileSync(join(dir, 'good.yaml'), 'name: good\ntriggers:\n  hello: [Hi]\n');
    writeFileSync(join(dir, 'bad.yaml'), 'name: bad\nsurprise: 1\ntriggers:\n  hello: []\n');
    const refused = await doctor({ DATA_DIR: dir, REPLIES_DIR: dir });
    assert.equal(refused.code, 0);
    const [bad = '', good = '', ...more] = refused.of('replies');
    assert.match(bad, /^warn .*bad\.yaml:2: unknown key "surprise".*, and 1 more\. `ultronex replies check`/);
    assert.match(good, /^ok .*1 pack in /);
    assert.deepEqual(more, []);
    const file = await doctor({ DATA_DIR: dir, REPLIES_DIR: join(dir, 'good.yaml') });
    assert.match(file.of('replies').join('\n'), /^warn .*good\.yaml": it is not a folder/);
  });

  it('checks hooks, destinations and the watch folder like their own commands, each mistake on a line', async () => {
    const dir = folder();
    const [hooks, destinations] = [join(dir, 'hooks'), join(dir, 'destinations')];
    for (const each of [hooks, destinations]) mkdirSync(each);
    writeFileSync(join(hooks, 'a.yaml'), "hooks: [{ name: ci, channel: '#ops', message: { text: hi } }]\n");
    writeFileSync(join(hooks, 'b.yaml'), "hooks: [{ name: ci, channel: '#ops', message: { text: hi } }]\n");
    writeFileSync(join(destinations, 'a.yaml'), 'destinations:\n  - { name: phone, surprise: 1 }\n');
    const found = await doctor({ DATA_DIR: dir, HOOKS_DIR: hooks, DESTINATIONS_DIR: destinations });
    assert.equal(found.code, 0, 'the program starts all the same');
    assert.match(found.of('hooks').join('\n'), /^ok .*ci in .*\nwarn .*b\.yaml.*the name is taken by /);
    assert.match(found.of('destinations').join('\n'), /^warn .*a\.yaml:2: /);
    const watch = join(dir, 'watch');
    mkdirSync(watch);
    writeFileSync(join(watch, 'a.yaml'), 'beats: [{ name: job, every: 5m }]\nheroku: [{ app: shop }]\n');
    const bad = Array.from({ length: 4 }, (_, at) => `  - { name: bad${at}, tcp: '169.254.169.254:80' }`);
    writeFileSync(join(watch, 'b.yaml'), `checks:\n${bad.join('\n')}\n`);
    const watched = await doctor({ DATA_DIR: dir, WATCH_DIR: watch });
    assert.equal(watched.code, 0);
    const [ok = '', ...refused] = watched.of('watch');
    assert.match(ok, /^ok .*job, shop in /);
    assert.equal(refused.length, 4);
    assert.match(refused[0] ?? '', /^warn .*b\.yaml:2: "tcp" leads to 169\.254\.169\.254/);
    assert.match(refused[1] ?? '', /^warn .*b\.yaml:3: /);
    assert.match(refused[3] ?? '', /^warn .*and 1 more; `ultronex watch check` lists every problem/);
  });

  it('warns about a folder that a setting names and that cannot be read, with the remedy', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'file'), '');
    for (const [part, setting] of [
      ['watch', 'WATCH_DIR'],
      ['hooks', 'HOOKS_DIR'],
      ['destinations', 'DESTINATIONS_DIR'],
    ] as const) {
      for (const [name, problem] of [
        ['none', 'there is no such folder'],
        ['file', 'it is not a folder'],
      ] as const) {
        const { code, of } = await doctor({ DATA_DIR: dir, [setting]: join(dir, name) });
        assert.equal(code, 0, 'the program starts all the same');
        const [line = '', ...more] = of(part);
        assert.match(line, new RegExp(`^warn .*${setting}=".*/${name}": ${problem}, so .*Make a folder there`));
        assert.deepEqual(more, []);
      }
    }
  });

  it('fails for a damaged store and writes nothing into it', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'ultronex.db'), 'this is not a database '.repeat(100));
    const { code, of } = await doctor({ DATA_DIR: dir });
    assert.equal(code, 1);
    assert.match(
      of('store')[0] ?? '',
      /^fail .*ultronex\.db is not a SQLite database\. .*`ultronex restore FILE --force`/,
    );
  });

  it('names the remedy for every kind of damage on one line', async () => {
    const dir = folder();
    const file = join(dir, 'ultronex.db');
    const store = await createSqliteStore({
      file,
      owner: 'test',
      clock: systemClock,
      onError: (error) => assert.fail(String(error)),
    });
    await store.close();
    const whole = readFileSync(file);
    const table = Buffer.from(whole).fill(0, ...rootPageOf(file));
    const many = Buffer.from(whole).fill(0xa5, 4_096, 40_960);
    for (const bytes of [whole.subarray(0, 20_000), table, many]) {
      writeFileSync(file, bytes);
      const { code, of } = await doctor({ DATA_DIR: dir });
      assert.equal(code, 1);
      assert.equal(of('store').length, 1);
      assert.match(of('store')[0] ?? '', /^fail .*ultronex\.db is damaged: .*`ultronex restore FILE --force`/);
    }
  });

  it('warns about a password file that others can read', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'password'), 'something long');
    chmodSync(join(dir, 'password'), 0o644);
    const { code, of } = await doctor({ DATA_DIR: dir });
    assert.equal(code, 0);
    assert.match(of('data').at(-1) ?? '', /^warn .*chmod 600/);
  });

  it('fails for a data folder that cannot be written', async () => {
    const dir = folder();
    // A file in place of a folder, so that not even root can write there.
    writeFileSync(join(dir, 'data'), '');
    const { code, of } = await doctor({ DATA_DIR: join(dir, 'data') });
    assert.equal(code, 1);
    assert.match(of('data')[0] ?? '', /^fail .*not writable \(ENOTDIR\)/);
  });

  it('checks token, scopes and clock with Slack, and opens no socket', async () => {
    const { slack, env } = await fakeSlack(scopes);
    const { code, lines, of } = await doctor(env);
    assert.equal(code, 0, lines.join('\n'));
    assert.match(of('slack')[0] ?? '', /^ok .*auth\.test: ultronex in Team T1/);
    assert.match(of('slack')[1] ?? '', /^ok .*every scope of the manifest/);
    assert.match(of('clock')[0] ?? '', /^ok /);
    assert.deepEqual(slack.calls.map(({ method }) => method).sort(), ['auth.test', 'conversations.list']);
  });

  it('names channels of the settings that are missing, archived, or without the bot', async () => {
    const { env } = await fakeSlack(scopes);
    const wrong = await doctor({
      ...env,
      SLACK_CHANNEL_LIST: 'general, #nowhere, attic, C5',
      ALERT_CHANNEL: '#alarms',
    });
    assert.equal(wrong.code, 0, 'the program runs all the same');
    const found = wrong.of('channel');
    assert.equal(found.length, 4, found.join('\n'));
    const expected = [
      /#nowhere, and I can see no such/,
      /#attic is archived/,
      /not a member of C5 \(#strangers\)/,
      /#alarms.*reach nobody/,
    ];
    for (const [index, text] of expected.entries()) assert.match(found[index] ?? '', text);
    const right = await doctor({ ...env, SLACK_CHANNEL_LIST: 'general,C2', ALERT_CHANNEL: '#strangers' });
    assert.match(right.of('channel').join(), /^ok .*every channel that a setting names is there/);
  });

  it('finds a channel that was renamed since the program saw it', async () => {
    const { slack, env } = await fakeSlack(scopes);
    const store = await createSqliteStore({
      file: join(env.DATA_DIR, 'ultronex.db'),
      owner: 'test',
      clock: systemClock,
      onError() {},
    });
    await store.accept({ state: [{ name: 'slack:channel:operations', value: 'C2' }] });
    await store.close();
    const { name } = slack.team().channels.find(({ id }) => id === 'C2') ?? {};
    const { of } = await doctor({ ...env, SLACK_CHANNEL_LIST: '#operations' });
    assert.match(of('channel')[0] ?? '', new RegExp(`names #operations, which is called #${name} now`));
  });

  it('names missing scopes; without chat:write it fails', async () => {
    const few = await fakeSlack(scopes.filter((scope) => scope !== 'files:read'));
    const warned = await doctor(few.env);
    assert.equal(warned.code, 0);
    assert.match(warned.of('slack')[1] ?? '', /^warn .*missing scopes: files:read\./);
    const mute = await fakeSlack(['commands']);
    const failed = await doctor(mute.env);
    assert.equal(failed.code, 1);
    assert.match(failed.of('slack')[1] ?? '', /^fail .*chat:write/);
  });

  it('warns when events have no way to arrive', async () => {
    const { env } = await fakeSlack(scopes);
    const { code, of } = await doctor({ ...env, SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: '' });
    assert.equal(code, 0);
    assert.match(of('slack').join('\n'), /^warn .*no events arrive: set SLACK_APP_TOKEN/m);
  });

  it('fails for a revoked token, and for an unreachable Slack', async () => {
    const { slack, env } = await fakeSlack(scopes);
    slack.setTokenState('token_revoked');
    const revoked = await doctor(env);
    assert.equal(revoked.code, 1);
    assert.match(revoked.of('slack')[0] ?? '', /^fail .*token_revoked\. Copy SLACK_BOT_TOKEN again/);
    const gone = await doctor({ ...env, SLACK_API_URL: `${await nowhere()}/api/` });
    assert.equal(gone.code, 1);
    assert.match(gone.of('slack')[0] ?? '', /^fail .*127\.0\.0\.1:\d+ cannot be reached: ECONNREFUSED/);
  });

  it('recognises another program on the port', async () => {
    const slack = await startFakeSlack();
    cleanups.push(() => slack.stop());
    const dir = folder();
    mkdirSync(join(dir, 'data'));
    const { of } = await doctor({ DATA_DIR: dir }, slack.url);
    assert.match(of('program')[0] ?? '', /^fail /);
  });
});
