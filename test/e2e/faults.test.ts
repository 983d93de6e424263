import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startFakeSlack } from '../fakes/slack/index.ts';
import { eventually, type Program, slackEnv, startProgram } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

async function postAll(program: Program, channel: string, texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    const { status } = await program.api('POST', '/ultronex/slack', { msg: { channel, text } });
    assert.equal(status, 200);
  }
}
const texts = (channel: string, count: number) => Array.from({ length: count }, (_, index) => `${channel} ${index}`);
const metric = async (program: Program, line: string) => {
  const { body } = await program.api('GET', '/metrics');
  return Number(new RegExp(`^${line.replace(/[{}"]/g, '\\$&')} (\\d+)`, 'm').exec(body)?.[1] ?? 0);
};

// At the same time: each has a program of its own, which waits for most of the time.
describe('faults of Slack', { concurrency: 4 }, () => {
  test('429 with Retry-After, 5xx, errors of Slack’s own: nothing lost, order kept, no duplicate', async (t) => {
    const slack = await startFakeSlack();
    t.after(() => slack.stop());
    const program = await startProgram(t, { dataDir: tempDir(t), env: slackEnv(slack) });
    slack.faults.add({ method: 'chat.postMessage', channel: 'C1', kind: 'status', status: 429, retryAfterS: 2 });
    slack.faults.add({ method: 'chat.postMessage', channel: 'C2', kind: 'status', status: 503 });
    slack.faults.add({ method: 'chat.postMessage', channel: 'C3', kind: 'error', error: 'internal_error' });
    slack.faults.add({ method: 'chat.postMessage', channel: 'C3', kind: 'html' });
    await Promise.all(['C1', 'C2', 'C3'].map((channel) => postAll(program, channel, texts(channel, 4))));
    await slack.waitForPosts(12, 30_000);
    for (const channel of ['C1', 'C2', 'C3']) {
      const posted = slack.botPosts.filter((post) => post.channel === channel);
      assert.deepEqual(
        posted.map(({ text }) => text),
        texts(channel, 4),
      );
      const retried = slack.callsOf('chat.postMessage').filter(({ args }) => args.channel === channel);
      t.diagnostic(`${channel}: ${retried.length} calls for 4 posts`);
    }
    slack.faults.expectAllFaultsHit();
    const { body } = await program.api('GET', '/ultronex/external');
    assert.ok(Object.keys(body.errors).length >= 3, JSON.stringify(body));
  });

  test('lost answers: looked up and found; where it cannot be looked up sent again, and counted', async (t) => {
    const slack = await startFakeSlack();
    t.after(() => slack.stop());
    const program = await startProgram(t, { dataDir: tempDir(t), env: slackEnv(slack) });
    slack.faults.add({ method: 'chat.postMessage', channel: 'C1', kind: 'drop-after' });
    slack.faults.add({ method: 'chat.postMessage', channel: 'C2', kind: 'drop-after' });
    slack.faults.add({ method: 'conversations.history', channel: 'C2', kind: 'error', error: 'missing_scope' });
    slack.faults.add({ method: 'conversations.replies', channel: 'C2', kind: 'error', error: 'missing_scope' });
    for (const channel of ['C1', 'C2']) {
      await program.api('POST', '/ultronex/slack', { msg: { channel, text: `${channel} once` } });
    }
    await eventually('both sent', async () => {
      const { body } = await program.api('GET', '/ultronex/messages?state=sent');
      return body.messages.length === 2;
    });
    const posts = (channel: string) => slack.botPosts.filter((post) => post.channel === channel).length;
    assert.deepEqual([posts('C1'), posts('C2')], [1, 2]);
    assert.equal(await metric(program, 'ultronex_hidden_outcomes_total{resolution="found"}'), 1);
    assert.equal(await metric(program, 'ultronex_hidden_outcomes_total{resolution="sent_again"}'), 1);
  });

  test('a call that is never answered is given up after 10 s, and its message not sent twice', {
    timeout: 240_000,
  }, async (t) => {
    const slack = await startFakeSlack();
    t.after(() => slack.stop());
    const program = await startProgram(t, { dataDir: tempDir(t), env: slackEnv(slack) });
    slack.faults.add({ method: 'chat.postMessage', channel: 'C1', kind: 'timeout-after' });
    await postAll(program, 'C1', ['first', 'second']);
    await slack.waitForPosts(2, 40_000);
    assert.deepEqual(
      slack.botPosts.map(({ text }) => text),
      ['first', 'second'],
    );
  });

  test('a revoked token: not ready, said, nothing lost; it recovers by itself', { timeout: 240_000 }, async (t) => {
    const slack = await startFakeSlack();
    t.after(() => slack.stop());
    const program = await startProgram(t, { dataDir: tempDir(t), env: slackEnv(slack) });
    slack.setTokenState('token_revoked');
    await postAll(program, 'C1', ['waits']);
    const reasons = await eventually('not ready', async () => {
      const { status, body } = await program.api('GET', '/readyz');
      return status === 503 && body.reasons.join();
    });
    assert.match(reasons, /slack/);
    slack.setTokenState('ok');
    await slack.waitForPosts(1, 70_000);
    await eventually('ready again', async () => (await program.api('GET', '/readyz')).status === 200, 70_000);
  });
});
