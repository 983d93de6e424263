import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FakeSlack, startFakeSlack } from '../../fakes/slack/index.ts';
import { type ApiAnswer, eventually, type Program, slackEnv, startProgram } from '../../support/program.ts';
import { tempDir } from '../../support/temp.ts';
import { alert, notification, resolved } from './notifications.ts';

const channels = [{ id: 'C9', name: 'alerts' }];
/** Posts that are no replies. */
const cardsOf = (slack: FakeSlack) => slack.botPosts.filter(({ thread_ts }) => thread_ts === undefined);
const tell = (program: Program, body: object) => program.api('POST', '/ultronex/hooks/alertmanager', body);

async function sent(program: Program, { body }: ApiAnswer): Promise<void> {
  const ended = async () => {
    const { body: delivery } = await program.api('GET', `/ultronex/messages/${body.id}`);
    return delivery.state === 'sent' && delivery.pending === null;
  };
  // One whose sender was killed is taken up when its lease of 30 s has ended.
  await eventually('sent', ended, 60_000);
}

test('a group that fires, repeats, grows and resolves is one message in Slack, and another one when it fires again', async (t) => {
  const slack = await startFakeSlack({ teams: [{ id: 'T1', channels }] });
  t.after(() => slack.stop());
  const program = await startProgram(t, { dataDir: tempDir(t), env: slackEnv(slack) });
  const firing = notification([alert()]);
  await sent(program, await tell(program, firing));
  const [card] = slack.botPosts;
  assert.equal(card?.channel, 'C9');
  assert.match(card?.text ?? '', /^:x: \*DiskFull\*/);
  const [attachment] = (card?.attachments ?? []) as { color: string; blocks: { type: string }[] }[];
  assert.equal(attachment?.color, '#d92d20');
  assert.deepEqual(
    attachment?.blocks.map(({ type }) => type),
    ['section', 'section', 'actions'],
  );

  assert.equal((await tell(program, firing)).body.msg, 'Nothing has changed.');
  const more = notification([...firing.alerts, alert({ labels: { instance: 'db-2' } })]);
  await sent(program, await tell(program, more));
  await sent(program, await tell(program, resolved(more)));
  assert.deepEqual(
    cardsOf(slack).map(({ ts }) => ts),
    [card?.ts],
  );
  assert.match(cardsOf(slack)[0]?.text ?? '', /^:white_check_mark: .*resolved after 2h 4m/);
  await sent(program, await tell(program, firing));
  assert.equal(cardsOf(slack).length, 2);
});

/** Killed at a time that differs a little with each group; Alertmanager sends again what was not answered, and what was. */
test('a kill between notification and card neither repeats nor loses a message', { timeout: 120_000 }, async (t) => {
  const slack = await startFakeSlack({ teams: [{ id: 'T1', channels }] });
  t.after(() => slack.stop());
  const dataDir = tempDir(t);
  const groups = Array.from({ length: 6 }, (_, n) => notification([alert()], { groupKey: `group ${n}` }));
  let answered = 0;
  for (const [n, group] of groups.entries()) {
    const program = await startProgram(t, { dataDir, env: slackEnv(slack) });
    const answer = tell(program, group).then(
      ({ status }) => status,
      () => 0,
    );
    if (n % 2 === 0) answered += (await answer) === 200 ? 1 : 0;
    else await new Promise((resolve) => setTimeout(resolve, 2 * n));
    await program.kill('SIGKILL');
    await answer;
  }
  assert.equal(answered, 3);
  const program = await startProgram(t, { dataDir, env: slackEnv(slack) });
  for (const group of groups) await sent(program, await tell(program, group));
  assert.equal(cardsOf(slack).length, groups.length);
  for (const group of groups) await sent(program, await tell(program, resolved(group)));
  assert.equal(cardsOf(slack).length, groups.length);
  assert.ok(cardsOf(slack).every(({ text }) => text.includes('resolved after')));
});
