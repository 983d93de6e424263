import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { startFakeSlack } from '../fakes/slack/index.ts';
import { alert, notification, resolved } from '../modules/incidents/notifications.ts';
import { eventually, slackEnv, startProgram } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

async function start(t: TestContext) {
  const slack = await startFakeSlack({ teams: [{ id: 'T1', channels: [{ id: 'C9', name: 'alerts' }] }] });
  t.after(() => slack.stop());
  const program = await startProgram(t, { dataDir: tempDir(t), env: slackEnv(slack) });
  const tell = (body: object) => program.api('POST', '/ultronex/hooks/alertmanager', body);
  const incident = async () => (await program.api('GET', '/ultronex/incidents/1')).body;
  const cards = () => slack.botPosts.filter(({ attachments }) => attachments !== undefined);
  return { slack, program, tell, incident, cards };
}

// At the same time: each has a program of its own, which waits for most of the time.
describe('cards of incidents', { concurrency: 2 }, () => {
  test('while Slack is away incidents are opened, listed and acknowledged; their cards then show it at once', {
    timeout: 240_000,
  }, async (t) => {
    const { slack, program, tell, incident, cards } = await start(t);
    const away = slack.faults.add({ method: 'chat.postMessage', kind: 'status', status: 503, times: Infinity });
    const firing = notification([alert()]);
    assert.equal((await tell(firing)).status, 200);
    await eventually('a refused card', () => away.hits > 0);
    const { body } = await program.api('GET', '/ultronex/incidents?state=open');
    assert.deepEqual(
      body.incidents.map(({ number, state }: Record<string, unknown>) => [number, state]),
      [[1, 'firing']],
    );
    const { status, body: done } = await program.api('POST', '/ultronex/incidents/1/ack', {});
    assert.deepEqual([status, done.incident.state], [200, 'acknowledged']);
    assert.notEqual((await incident()).card.state, 'sent');
    assert.deepEqual(slack.botPosts, []);
    slack.faults.clear();
    await eventually('the card and its reply', () => slack.botPosts.length === 2, 90_000);
    const [card] = cards();
    assert.match(JSON.stringify(card), /:eyes: ultronex is on it/);
    assert.deepEqual(
      slack.botPosts.map(({ text, thread_ts }) => [/is on it\.$/.test(text), thread_ts]),
      [
        [false, undefined],
        [true, card?.ts],
      ],
    );
    assert.equal((await tell(resolved(firing))).status, 200);
    await eventually('the end', () => cards()[0]?.text.startsWith(':white_check_mark:'), 30_000);
    assert.equal(cards().length, 1);
  });

  test('a card that a person deleted in Slack is posted anew at the next change; ledger and history say so', {
    timeout: 240_000,
  }, async (t) => {
    const { slack, program, tell, incident, cards } = await start(t);
    await tell(notification([alert()]));
    await eventually('the card', async () => (await incident()).card.state === 'sent');
    const [first] = cards();
    assert.ok(first);
    const { id } = (await incident()).card;
    slack.erase({ channel: first.channel, ts: first.ts });
    assert.equal((await program.api('POST', '/ultronex/incidents/1/ack', {})).status, 200);
    const again = await eventually('a new card', () => cards()[0], 45_000);
    assert.match(JSON.stringify(again), /:eyes: ultronex is on it/);
    const { body: old } = await program.api('GET', `/ultronex/messages/${id}`);
    assert.equal(old.state, 'withdrawn');
    assert.match(JSON.stringify(old.error), /message_not_found/);
    const { card, history } = await incident();
    assert.notEqual(card.id, id);
    assert.deepEqual(
      history.map(({ kind }: { kind: string }) => kind),
      ['opened', 'acknowledged', 'posted again'],
    );
    await program.api('POST', '/ultronex/incidents/1/resolve', {});
    await eventually('the end', () => cards()[0]?.text.startsWith(':white_check_mark:'), 30_000);
    assert.equal(cards().length, 1);
    const replies = () => slack.botPosts.filter((post) => !cards().includes(post));
    await eventually('the reply', () => replies().length === 2, 30_000);
    // Slack posts a reply whose thread was deleted in the channel, so that it needs the title; those after it are in the thread of the new card.
    const shown = replies().map(({ text, thread_ts }) => [text.split(' after ')[0], thread_ts]);
    assert.deepEqual(shown, [
      ['*DiskFull*\nultronex is on it.', undefined],
      ['Resolved', again.ts],
    ]);
  });
});
