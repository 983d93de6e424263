import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFakeSlack } from '../fakes/slack/index.ts';
import { eventually, slackEnv, startProgram } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

test('two programs on one store: each message is sent by one of them, each event acts once', {
  timeout: 240_000,
}, async (t) => {
  const channels = Array.from({ length: 20 }, (_, index) => ({ id: `C${index + 1}`, name: `c${index + 1}` }));
  const slack = await startFakeSlack({ teams: [{ id: 'T1', channels }] });
  t.after(() => slack.stop());
  const dataDir = tempDir(t);
  const [one, two] = await Promise.all([0, 1].map(() => startProgram(t, { dataDir, env: slackEnv(slack) })));
  assert.ok(one && two);
  await slack.waitForSockets(4);

  slack.say({ channel: 'C1', user: 'U1', text: '<@UBOT> forward needle', redeliver: true });
  await slack.waitForPosts(1);
  // Whichever took the command: the other one knows the pattern within a second as well.
  await eventually('both track it', async () => {
    const tracked = await Promise.all([one, two].map((each) => each.api('GET', '/ultronex/track')));
    return tracked.every(({ body }) => body.needle === 'U1');
  });
  for (let index = 0; index < 3; index += 1) {
    slack.say({ channel: 'C1', user: 'U2', text: `needle ${index}`, redeliver: true });
  }
  const posts = Array.from({ length: 60 }, (_, index) => {
    const program = index % 2 === 0 ? one : two;
    const channel = channels[index % channels.length]?.id;
    return program.api('POST', '/ultronex/slack', { msg: { channel, text: `post ${index}` } });
  });
  for (const { status } of await Promise.all(posts)) assert.equal(status, 200);
  await slack.waitForPosts(1 + 3 + 60, 30_000);
  const key = 'the same key';
  const same = await Promise.all(
    [one, two].map((each) =>
      each.api('POST', '/ultronex/slack', { msg: { channel: 'C1', text: 'once' } }, { 'idempotency-key': key }),
    ),
  );
  assert.equal(same[0]?.body.id, same[1]?.body.id);
  await slack.waitForPosts(1 + 3 + 60 + 1);

  const texts = slack.botPosts.map(({ text, channel }) => `${channel} ${text}`);
  assert.equal(new Set(texts).size, texts.length, 'nothing twice');
  const senders = await Promise.all(
    [one, two].map(
      async (each) => each.logs().filter(({ msg, outcome }) => msg === 'delivery' && outcome === 'sent').length,
    ),
  );
  t.diagnostic(`sent by each: ${senders.join(' and ')}`);
  const stats = await eventually('the counters of both together', async () => {
    const { body } = await one.api('GET', '/ultronex/stats');
    return body.total_messages_slacked === texts.length && body;
  });
  assert.equal(stats.forwarded_msg_count, 3);
});
