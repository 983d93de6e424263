import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFakeSlack } from '../fakes/slack/index.ts';
import { eventually, slackEnv, startProgram } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

test('sockets closed for many attempts: events and posts of that time arrive, once', {
  timeout: 250_000,
}, async (t) => {
  const slack = await startFakeSlack({ retryDelaysMs: [500, 5_000, 20_000, 40_000] });
  t.after(() => slack.stop());
  const program = await startProgram(t, { dataDir: tempDir(t), env: slackEnv(slack) });
  await slack.waitForSockets(2);
  slack.say({ channel: 'C1', user: 'U1', text: '<@UBOT> forward needle' });
  await slack.waitForPosts(1);
  const before = slack.callsOf('apps.connections.open').length;
  const postsBefore = slack.callsOf('chat.postMessage').length;
  const outage = slack.sockets.refuse(120_000);
  slack.faults.add({ method: 'chat.postMessage', kind: 'status', status: 503, times: Number.POSITIVE_INFINITY });
  await eventually('not ready, with the reason', async () => {
    const { status, body } = await program.api('GET', '/readyz');
    return status === 503 && body.reasons.join().includes('slack');
  });
  const said = Array.from({ length: 5 }, (_, index) =>
    slack.say({ channel: 'C1', user: 'U2', text: `needle ${index}` }),
  );
  for (const text of ['one', 'two', 'three']) {
    assert.equal((await program.api('POST', '/ultronex/slack', { msg: { channel: 'C2', text } })).status, 200);
  }
  // Until both sockets and the first of the posts that wait were tried several times, each time after a longer wait.
  await eventually(
    'sockets and posts to be tried again and again',
    () =>
      slack.callsOf('apps.connections.open').length >= before + 8 &&
      slack.callsOf('chat.postMessage').length >= postsBefore + 4,
    100_000,
  );
  outage.end();
  slack.faults.clear();
  await slack.waitForPosts(1 + 5 + 3, 75_000);
  await Promise.all(said.map(({ delivered }) => delivered));
  const counted = new Map<string, number>();
  for (const { text } of slack.botPosts) counted.set(text, (counted.get(text) ?? 0) + 1);
  assert.deepEqual(
    [...counted.values()].filter((count) => count > 1),
    [],
  );
  assert.equal(slack.botPosts.length, 9);
  await eventually('ready again', async () => (await program.api('GET', '/readyz')).status === 200, 70_000);
  const { body } = await program.api('GET', '/ultronex/external');
  assert.ok(body.errors['Slack error : remote closed'] >= 1);
});
