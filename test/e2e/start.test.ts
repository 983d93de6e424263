import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { programFile, startProgram } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

test('the first start says where, that the simulator is the workspace, and where the password is', async (t) => {
  const dataDir = tempDir(t);
  const program = await startProgram(t, { dataDir });
  assert.match(program.stderr(), /Ultronex is at http:\/\/127\.0\.0\.1:\d+\/ultronex\/\n/);
  assert.match(program.stderr(), /No Slack is configured: the simulator is the workspace/);
  assert.ok(program.stderr().includes(join(dataDir, 'password')));
  assert.equal(statSync(join(dataDir, 'password')).mode & 0o777, 0o600);
  assert.ok(!program.stderr().includes(program.password), 'the password itself is not shown');
  const heartbeat = await fetch(`${program.url}/ultronex/heartbeat`);
  assert.equal(await heartbeat.text(), `{"msg":"I don't have a heart but I am alive!"}`);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} drains and stops with exit code 0`, async (t) => {
    const program = await startProgram(t, { dataDir: tempDir(t) });
    const post = program.api('POST', '/ultronex/slack/general', 'last words', { 'content-type': 'text/plain' });
    assert.equal((await post).status, 200);
    assert.equal(await program.kill(signal), 0);
  });
}

test('the password stays the same at the next start, and so does the ledger', async (t) => {
  const dataDir = tempDir(t);
  const first = await startProgram(t, { dataDir });
  const { body } = await first.api('POST', '/ultronex/slack/general', 'hello', { 'content-type': 'text/plain' });
  await first.kill('SIGTERM');
  const second = await startProgram(t, { dataDir });
  assert.equal(second.password, first.password);
  const kept = await second.api('GET', `/ultronex/messages/${body.id}`);
  assert.equal(kept.body.text, 'hello');
});

test('a folder of replies that is not there is told in one line of the log, and the program starts', async (t) => {
  const dataDir = tempDir(t);
  const folder = join(dataDir, 'none');
  const program = await startProgram(t, { dataDir, env: { REPLIES_DIR: folder } });
  await program.kill('SIGTERM');
  const lines = program.logs().filter(({ msg }) => String(msg).includes(folder));
  assert.deepEqual(
    lines.map(({ level }) => level),
    [40],
    JSON.stringify(lines),
  );
  assert.match(
    String(lines[0]?.msg),
    /REPLIES_DIR=.*there is no such folder.*Make a folder there .* or set REPLIES_DIR/,
  );
});

test('configuration errors: all at once, with remedies, exit 78, nothing started and no secret shown', (t) => {
  const dir = tempDir(t);
  const tokenFile = join(dir, 'token');
  writeFileSync(tokenFile, 'not-a-token\n');
  const { status, stderr, stdout } = spawnSync(process.execPath, [programFile], {
    encoding: 'utf8',
    env: {
      DATA_DIR: dir,
      PORT: '99999',
      LOG_LEVEL: 'loud',
      MATCH_EDITS: 'perhaps',
      BASIC_AUTH_PASSWORD: 'short',
      SLACK_BOT_TOKEN_FILE: tokenFile,
      SLACK_APP_TOKEN_FILE: join(dir, 'missing'),
      GIPHY_API_KEY: 'a',
      GIPHY_API_KEY_FILE: tokenFile,
    },
  });
  assert.equal(status, 78);
  for (const expected of [
    /7 problems/,
    /PORT="99999": write a whole number from 0 to 65535/,
    /LOG_LEVEL="loud": write fatal, error/,
    /MATCH_EDITS="perhaps": write true or false/,
    /BASIC_AUTH_PASSWORD: at least 8 characters/,
    /SLACK_BOT_TOKEN: .*xoxb/,
    /SLACK_APP_TOKEN_FILE=".*missing" cannot be read: .*ENOENT/,
    /GIPHY_API_KEY and GIPHY_API_KEY_FILE are both set/,
  ]) {
    assert.match(stderr, expected);
  }
  assert.doesNotMatch(stderr + stdout, /not-a-token|short/);
});

test('an app token without a bot token is refused with the remedy', (t) => {
  const run = (env: Record<string, string>) =>
    spawnSync(process.execPath, [programFile], { encoding: 'utf8', env: { DATA_DIR: tempDir(t), ...env } });
  const noBot = run({ SLACK_APP_TOKEN: 'xapp-1' });
  assert.equal(noBot.status, 78);
  assert.match(noBot.stderr, /SLACK_BOT_TOKEN is not/);
});

test('a port that is taken: said in one line, exit 1', async (t) => {
  const program = await startProgram(t, { dataDir: tempDir(t) });
  const { status, stderr } = spawnSync(process.execPath, [programFile], {
    encoding: 'utf8',
    env: { DATA_DIR: tempDir(t), PORT: new URL(program.url).port },
  });
  assert.equal(status, 1);
  assert.match(stderr, /did not start: .*EADDRINUSE/);
  assert.doesNotMatch(stderr, /\n {4}at /);
});
