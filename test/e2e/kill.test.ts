import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFakeSlack } from '../fakes/slack/index.ts';
import { eventually, type Program, slackEnv, startProgram } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

const kills = 20;
const writers = 8;
/** Many channels: at Slack's pace of one message a second and channel, sixty would take a minute to drain. */
const channels = Array.from({ length: 120 }, (_, index) => ({ id: `C${100 + index}`, name: `load-${index}` }));

/**
 * The one guarantee: what was answered 200 "triggered" is delivered, whatever is killed when. Killed twenty times with
 * SIGKILL under load; then every id that was acknowledged must be in Slack, in order per channel.
 */
test('kill -9 under load, twenty times: nothing acknowledged is lost', { timeout: 240_000 }, async (t) => {
  const slack = await startFakeSlack({ teams: [{ id: 'T1', channels }] });
  t.after(() => slack.stop());
  const dataDir = tempDir(t);
  const acknowledged = new Map<string, string[]>();
  let next = 0;
  let program: Program | null = null;
  let done = false;

  async function write(): Promise<void> {
    while (!done) {
      const running = program;
      if (running === null) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        continue;
      }
      next += 1;
      const channel = channels[next % channels.length]?.id ?? '';
      const text = `message number ${next} of the run, word${next}`;
      try {
        // Each with blocks, so that none is merged into another: every one must be seen by itself.
        const answer = await running.api('POST', '/ultronex/slack', {
          msg: { channel, text, blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }] },
        });
        if (answer.status === 200) acknowledged.set(channel, [...(acknowledged.get(channel) ?? []), text]);
      } catch {
        // The connection broke before an answer: no promise was made.
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  const writing = Array.from({ length: writers }, write);
  for (let kill = 0; kill < kills; kill += 1) {
    program = await startProgram(t, { dataDir, env: slackEnv(slack) });
    await new Promise((resolve) => setTimeout(resolve, 150 + ((kill * 97) % 400)));
    const running = program;
    program = null;
    await running.kill('SIGKILL');
  }
  done = true;
  await Promise.all(writing);
  const running = await startProgram(t, { dataDir, env: slackEnv(slack) });

  const promised = [...acknowledged.values()].flat();
  const inSlack = () => new Set(slack.botPosts.map(({ text }) => text));
  await eventually(
    'every acknowledged message in Slack',
    () => {
      const there = inSlack();
      return promised.every((text) => there.has(text));
    },
    120_000,
  );

  const counts = new Map<string, number>();
  for (const { text } of slack.botPosts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const twice = [...counts.values()].filter((count) => count > 1).length;
  t.diagnostic(
    `${kills} kills, ${promised.length} acknowledged, ${slack.botPosts.length} posts, ${twice} of them twice, 0 lost`,
  );
  assert.ok(promised.length > kills, 'there was load');
  assert.equal(twice, 0, 'Slack is asked before a message with an unknown outcome is sent again');
  const counted = await eventually('the last one settled', async () => {
    const { body } = await running.api('GET', '/ultronex/messages?state=sending');
    return body.messages.length === 0 && (await running.api('GET', '/ultronex/stats')).body.total_messages_slacked;
  });
  assert.equal(counted, await sentInLedger(running), 'the counter survived every kill');
  for (const [channel, texts] of acknowledged) {
    const order = slack.botPosts
      .filter((post) => post.channel === channel && texts.includes(post.text))
      .map(({ text }) => numberOf(text));
    assert.deepEqual(
      order,
      [...order].sort((a, b) => a - b),
      `order in ${channel}`,
    );
  }
});

function numberOf(text: string): number {
  return Number(/number (\d+)/.exec(text)?.[1]);
}

async function sentInLedger(program: Program): Promise<number> {
  let count = 0;
  for (let cursor = ''; ; ) {
    const { body } = await program.api(
      'GET',
      `/ultronex/messages?state=sent&limit=200${cursor && `&cursor=${cursor}`}`,
    );
    count += body.messages.length;
    if (body.next === null) return count;
    cursor = body.next;
  }
}
