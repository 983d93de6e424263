import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type FakePost, startFakeSlack } from '../fakes/slack/index.ts';
import { alert, notification } from '../modules/incidents/notifications.ts';
import { eventually, slackEnv, startProgram } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

const jobs = `jobs:
  - name: greet
    summary: says hello
    target: process
    file: greet.sh
    arguments:
      NAME: { type: string, default: World, pattern: '[\\p{L} ]{1,40}' }
      LINES: { type: integer, default: 1 }
    who: viewer
  - name: sleep
    target: process
    file: sleep.sh
`;
const greet = `#!/bin/sh
line=0
while [ "$line" -lt "$LINES" ]; do line=$((line + 1)); echo "hello $NAME $line"; done
echo '::result {"greeted":"'"$NAME"'"}'
`;
const sleeper = '#!/bin/sh\necho waiting\nexec sleep 600\n';

async function setUp(t: TestContext) {
  const slack = await startFakeSlack({ retryDelaysMs: [100, 500, 2_000] });
  t.after(() => slack.stop());
  const home = tempDir(t);
  const [bin, files, dataDir] = ['bin', 'jobs', 'data'].map((name) => join(home, name)) as [string, string, string];
  for (const folder of [bin, files, dataDir]) mkdirSync(folder);
  writeFileSync(join(files, 'jobs.yaml'), jobs);
  for (const [name, text] of [
    ['greet.sh', greet],
    ['sleep.sh', sleeper],
  ] as const) {
    writeFileSync(join(bin, name), text);
    chmodSync(join(bin, name), 0o755);
  }
  const env = { ...slackEnv(slack), JOBS_BIN: bin, JOBS_DIR: files, ALERT_CHANNEL: '#general', CONTROL_USERS: 'U1,U3' };
  const start = () => startProgram(t, { dataDir, env });
  const program = await start();
  await slack.waitForSockets(2);

  const cards = () => slack.botPosts.filter(({ channel, thread_ts }) => channel === 'C1' && thread_ts === undefined);
  const card = (text: RegExp) =>
    slack.until(
      () => cards().find((post) => text.test(post.text) || text.test(JSON.stringify(post.attachments ?? []))),
      15_000,
      String(text),
    );
  const threadOf = ({ ts }: FakePost) => slack.botPosts.filter(({ thread_ts }) => thread_ts === ts);
  const buttonOf = ({ blocks = [], attachments = [], ts, channel }: FakePost, label: string) => {
    const all = [...blocks, ...attachments.flatMap((each) => each.blocks as typeof blocks)];
    const elements = all.flatMap(
      (block) => (block.elements ?? []) as { text: { text: string } & Record<string, unknown> }[],
    );
    const found = elements.find(({ text }) => text.text === label) as Record<string, unknown> | undefined;
    assert.ok(found !== undefined, `a button ${label}`);
    return { action_id: String(found.action_id), value: String(found.value), ts, channel };
  };
  const all = async (of = program) =>
    (await of.api('GET', '/ultronex/jobs')).body.jobs as { id: string; state: string }[];
  return { slack, program, start, card, cards, threadOf, buttonOf, all };
}

test('a slash command opens the form, and the form starts one job, whose message shows its end', async (t) => {
  const { slack, card, cards, threadOf, buttonOf, all } = await setUp(t);
  const asked = await slack.slashCommand({ text: 'run greet', user: 'U2', channel: 'C1' });
  assert.deepEqual([asked.acked, asked.body, slack.views.length], [true, {}, 1]);

  await slack.submitView({ values: { NAME: 'a<b' } });
  assert.match(slack.views[0]?.errors.NAME ?? '', /^NAME is "a<b"|NAME/);
  assert.deepEqual([slack.views[0]?.open, await all()], [true, []]);

  await slack.submitView({ values: { NAME: 'Ada Löwe' } });
  assert.equal(slack.views[0]?.open, false);
  await slack.submitView({ values: { NAME: 'Ada Löwe' }, again: true });
  const done = await card(/succeeded/);
  assert.match(
    done.text,
    /^:white_check_mark: `greet NAME="Ada Löwe" LINES=1` succeeded .*exit code 0 · .*\nResult: `{"greeted":"Ada Löwe"}`/,
  );
  assert.equal((await all()).length, 1);
  await slack.until(() => threadOf(done).length === 1);
  assert.match(threadOf(done)[0]?.text ?? '', /^```\nhello Ada Löwe 1\n/);

  await slack.pressButton({ ...buttonOf(done, 'Run again'), user: 'U2' });
  await slack.until(() => cards().filter(({ text }) => text.includes('succeeded')).length === 2);
  assert.equal((await all()).length, 2);
});

test('a job that is started by a mention is stopped by its button, also when both events come again', async (t) => {
  const { slack, card, cards, threadOf, buttonOf, all } = await setUp(t);
  const { ts } = slack.say({ channel: 'C1', user: 'U1', text: '<@UBOT> run sleep' });
  const running = await card(/Running `sleep`…/);
  await slack.sendEvent({
    type: 'app_mention',
    channel: 'C1',
    user: 'U1',
    text: '<@UBOT> run sleep',
    ts,
    event_ts: ts,
  });
  await slack.until(() => threadOf(running).some(({ text }) => text.includes('waiting')), 15_000, 'its output');
  const stop = buttonOf(running, 'Stop');
  assert.equal((await slack.pressButton({ ...stop, user: 'U2' })).acked, true);
  await slack.until(() => slack.ephemerals.some(({ text }) => /role operator/.test(text)));
  for (const _ of [1, 2]) await slack.pressButton({ ...stop, user: 'U1' });
  await card(/^:black_square_for_stop: `sleep` was stopped after/);
  assert.deepEqual([cards().length, (await all()).map(({ state }) => state)], [1, ['cancelled']]);
});

test('a mention is answered with a button that opens the form; a long output is a file in the thread', async (t) => {
  const { slack, card, threadOf, buttonOf } = await setUp(t);
  slack.say({ channel: 'C1', user: 'U2', text: '<@UBOT> run greet' });
  const usage = await card(/^`run greet \[NAME=…\] \[LINES=…\]` says hello/);
  await slack.pressButton({ ...buttonOf(usage, 'Fill in…'), user: 'U3' });
  await slack.until(() => slack.views.length === 1);
  assert.equal(slack.views[0]?.user, 'U3');
  await slack.submitView({ values: { LINES: '300' } });
  const done = await card(/succeeded/);
  const file = await slack.until(
    () => slack.files.find(({ complete, name }) => complete && name.endsWith('.txt')),
    15_000,
  );
  assert.match(file.name, /^greet-[0-9a-f]{8}\.txt$/);
  const lines = file.content?.toString().split('\n') ?? [];
  assert.deepEqual([lines.length, lines[0], lines[299]], [302, 'hello World 1', 'hello World 300']);
  await slack.until(() => threadOf(done).some(({ text }) => /^The last 40 of 301 lines:/.test(text)));
});

test('after kill -9 a running job keeps its message and thread', async (t) => {
  const { slack, program, start, card, cards, threadOf, buttonOf, all } = await setUp(t);
  await slack.slashCommand({ text: 'run sleep', user: 'U1', channel: 'C1' });
  const running = await card(/Running `sleep`…/);
  await slack.until(() => threadOf(running).length === 1, 15_000, 'its output');
  await program.kill('SIGKILL');
  const again = await start();
  await slack.waitForSockets(2);
  const [{ id } = { id: randomUUID() }] = await all(again);
  await slack.pressButton({ ...buttonOf(running, 'Stop'), user: 'U1' });
  await eventually('its end', () => cards().some(({ text }) => text.includes('was stopped')), 60_000);
  assert.deepEqual([cards().length, threadOf(running).length], [1, 1]);
  assert.equal((await again.api('GET', `/ultronex/jobs/${id}`)).body.state, 'cancelled');
});

test('the card of an incident offers the job that mends it, to one person or to two', async (t) => {
  const { slack, program, card, buttonOf, all } = await setUp(t);
  const fire = (alertname: string, fix: string) => {
    const given = notification([alert({ labels: { alertname }, annotations: { fix } })]);
    return program.api('POST', '/ultronex/hooks/alertmanager', {
      ...given,
      groupKey: alertname,
      groupLabels: { alertname },
    });
  };
  assert.equal((await fire('WorkerStuck', 'sleep')).status, 200);
  const stuck = await card(/WorkerStuck/);
  await slack.pressButton({ ...buttonOf(stuck, 'Run sleep'), user: 'U1' });
  const running = await card(/Running `sleep`…/);
  await slack.pressButton({ ...buttonOf(running, 'Stop'), user: 'U1' });
  await card(/`sleep` was stopped/);

  await fire('WorkerGone', 'sleep two-person');
  const gone = await card(/WorkerGone/);
  await slack.pressButton({ ...buttonOf(gone, 'Ask for sleep'), user: 'U1' });
  const asking = await card(/asks for a run of `sleep`/);
  const confirm = buttonOf(asking, 'Run sleep');
  await slack.pressButton({ ...confirm, user: 'U1' });
  await slack.until(() => slack.ephemerals.some(({ text }) => /^You asked for it/.test(text)));
  assert.equal((await all()).length, 1);
  await Promise.all([1, 2].map(() => slack.pressButton({ ...confirm, user: 'U3' })));
  await slack.pressButton({ ...buttonOf(await card(/Running `sleep`…/), 'Stop'), user: 'U3' });
  assert.equal((await all()).length, 2);
});
