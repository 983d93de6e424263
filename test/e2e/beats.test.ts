import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startFakeSlack } from '../fakes/slack/index.ts';
import { eventually, type Program, slackEnv, startProgram } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

const ops = { id: 'C100', name: 'ops' };
/** A killed program’s tasks are taken over within 25 s. */
const takeOverMs = 60_000;

/** Killed right after a failure is acknowledged, while a beat is late, and right after the pings that end both. */
test('late and failed beats across kill -9 make one card and one recovery each', { timeout: 240_000 }, async (t) => {
  const slack = await startFakeSlack({ teams: [{ id: 'T1', channels: [ops] }] });
  t.after(() => slack.stop());
  const [dataDir, folder] = [tempDir(t), tempDir(t)];
  const write = (schedule: string) =>
    writeFileSync(
      join(folder, 'all.yaml'),
      `channel: ${ops.id}\nbeats: [{ name: poller, ${schedule} }, { name: backup, every: 1d, grace: 2h }]\n`,
    );
  write('every: 30s, grace: 1s');
  const start = () => startProgram(t, { dataDir, env: { ...slackEnv(slack), WATCH_DIR: folder } });
  const ping = async (program: Program, path: string, body?: string) => {
    const { status, body: answer } = await program.api('POST', `/ultronex/beat/${path}`, body);
    assert.deepEqual([status, answer], [200, 'OK']);
  };
  const cards = (name: string) =>
    slack.botPosts.filter(({ thread_ts, text }) => thread_ts === undefined && text.includes(`*Beat ${name} `));
  const replies = () => slack.botPosts.filter(({ thread_ts }) => thread_ts !== undefined);
  const isEnd = (name: string) => cards(name)[0]?.text.startsWith(':white_check_mark:');

  const first = await start();
  await ping(first, 'poller');
  await ping(first, 'backup/3', 'pg_dump: no space left on device\n');
  await first.kill('SIGKILL');

  const second = await start();
  await eventually('the card of the failure', () => cards('backup')[0], takeOverMs);
  await eventually('the card of the late beat', () => cards('poller')[0], takeOverMs);
  const opened = (await second.api('GET', '/ultronex/incidents')).body.incidents;
  const aboutOf = (title: string) => opened.find((each: { title: string }) => each.title === title)?.about;
  assert.match(aboutOf('Beat backup failed'), /Exit code 3 at .*\n```\npg_dump: no space left on device\n```/s);
  assert.match(aboutOf('Beat poller is late'), /^The ping that was due at /);
  await second.kill('SIGKILL');

  // From here on it is not late again within the test.
  write('every: 1d, grace: 1s');
  const third = await start();
  await ping(third, 'poller');
  await ping(third, 'backup/0');
  await third.kill('SIGKILL');

  const fourth = await start();
  await eventually('the end of both cards', () => isEnd('backup') && isEnd('poller'), takeOverMs);
  await eventually('a reply in each thread', () => replies().length === 2);
  await ping(fourth, 'poller');
  await ping(fourth, 'backup');
  await eventually(
    'an empty outbox',
    async () => (await fourth.api('GET', '/ultronex/messages?state=queued')).body.messages.length === 0,
  );
  assert.deepEqual([cards('poller').length, cards('backup').length, replies().length], [1, 1, 2]);
  for (const { text } of replies()) assert.match(text, /Resolved after/);
  const { incidents } = (await fourth.api('GET', '/ultronex/incidents')).body;
  assert.deepEqual(incidents.map(({ title, state }: Record<string, string>) => `${title}, ${state}`).sort(), [
    'Beat backup is well again, resolved',
    'Beat poller is well again, resolved',
  ]);
  const { beats } = (await fourth.api('GET', '/ultronex/beats')).body;
  assert.deepEqual(
    beats.map(({ name, state, exitCode }: Record<string, unknown>) => [name, state, exitCode]),
    [
      ['backup', 'ok', null],
      ['poller', 'ok', null],
    ],
  );
});
