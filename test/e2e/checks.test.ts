import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startFakeSlack } from '../fakes/slack/index.ts';
import { startFakeTarget } from '../fakes/target/index.ts';
import { eventually, type Program, slackEnv, startProgram } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

const ops = { id: 'C100', name: 'ops' };
const bad = { kind: 'reply', status: 503 } as const;
/** A killed program’s tasks are taken over within 25 s. */
const takeOverMs = 60_000;

/** kill -9 while a check is down, and once more after its recovery. */
test('a check that goes bad and well again across kill -9 makes one card and one recovery', {
  timeout: 240_000,
}, async (t) => {
  const [slack, target] = await Promise.all([
    startFakeSlack({ teams: [{ id: 'T1', channels: [ops] }] }),
    startFakeTarget(),
  ]);
  t.after(() => Promise.all([slack.stop(), target.close()]));
  const [dataDir, folder] = [tempDir(t), tempDir(t)];
  writeFileSync(
    join(folder, 'all.yaml'),
    `channel: ${ops.id}
checks:
  - { name: shop, http: '${target.url}/shop', every: 10s, fail: 2, expect: { text: ok } }
  - { name: port, tcp: '127.0.0.1:${target.port}', every: 10s }
`,
  );
  const start = () => startProgram(t, { dataDir, env: { ...slackEnv(slack), WATCH_DIR: folder } });
  const up = async (program: Program, value: number) =>
    (await program.api('GET', '/metrics')).body.includes(`\nultronex_check_up{check="shop"} ${value}\n`);
  const cards = () => slack.botPosts.filter(({ thread_ts }) => thread_ts === undefined);
  const replies = () => slack.botPosts.filter(({ thread_ts }) => thread_ts !== undefined);

  const first = await start();
  await eventually('the first verdict', () => up(first, 1), 30_000);
  target.answers.set('/shop', bad);
  await eventually('a card', () => cards()[0], 40_000);
  const { about } = (await first.api('GET', '/ultronex/incidents')).body.incidents[0];
  assert.match(about, /^Status 503 instead of 200\.\n2 failed attempts in \d+s\./);
  await first.kill('SIGKILL');

  const second = await start();
  await eventually('the same verdict in a new program', () => up(second, 0), takeOverMs);
  assert.match((await second.api('GET', '/ultronex/status')).body.parts.find(isWatch)?.detail, /^2 checks, 1 down$/);
  target.answers.delete('/shop');
  await eventually('the end of the card', () => cards()[0]?.text.startsWith(':white_check_mark:'), 30_000);
  await eventually('a reply that tells of it', () => replies()[0], 30_000);
  await second.kill('SIGKILL');

  const third = await start();
  await eventually('the checks in the third program', () => up(third, 1), takeOverMs);
  await eventually(
    'an empty outbox',
    async () => (await third.api('GET', '/ultronex/messages?state=queued')).body.messages.length === 0,
  );
  assert.deepEqual([cards().length, replies().length], [1, 1]);
  assert.match(replies()[0]?.text ?? '', /Resolved after/);
  const { incidents } = (await third.api('GET', '/ultronex/incidents')).body;
  assert.deepEqual(
    incidents.map(({ title, state }: Record<string, string>) => [title, state]),
    [['shop is up again', 'resolved']],
  );
  const { body } = await third.api('GET', '/ultronex/checks/shop');
  assert.deepEqual(body.incidents, [{ ...body.incidents[0], title: 'shop is up again', state: 'resolved' }]);
  const began = performance.now();
  await third.kill('SIGTERM');
  assert.ok(performance.now() - began < 8_000);
});

const isWatch = ({ name }: { name: string }) => name === 'watch';
