import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFakeSlack } from '../fakes/slack/index.ts';
import { eventually, slackEnv, startProgram } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

test('Socket Mode: from a message to a delivered forward, with its attachment', async (t) => {
  const slack = await startFakeSlack({ retryDelaysMs: [100, 500, 2_000] });
  t.after(() => slack.stop());
  const program = await startProgram(t, { dataDir: tempDir(t), env: slackEnv(slack) });
  await slack.waitForSockets(2);

  slack.say({ channel: 'C1', user: 'U1', text: '<@UBOT> forward stark|kernel panic' });
  const [told] = await slack.waitForPosts(1);
  assert.match(told?.text ?? '', /stark\|kernel panic/);

  slack.say({ channel: 'C1', user: 'U2', text: 'tony stark &lt;3' });
  await slack.waitForPosts(2);
  const forward = slack.botPosts.find(({ channel }) => channel === 'DU1');
  assert.match(forward?.text ?? '', /<#C1> by <@U2>/);
  assert.match(forward?.text ?? '', /> tony \*stark\* &lt;3/);
  assert.deepEqual(forward?.metadata?.event_type, 'ultronex_delivery');

  slack.uploadFile({ channel: 'C1', user: 'U2', text: 'see log', name: 'app.log', content: 'at 03:00: Kernel PANIC' });
  await slack.waitForPosts(3);
  const reuploaded = await slack.until(
    () => slack.files.find(({ name, user, complete }) => name === 'app.log' && user === 'UBOT' && complete),
    30_000,
    'the attachment, uploaded again',
  );
  assert.equal(reuploaded.content?.toString(), 'at 03:00: Kernel PANIC');
  assert.deepEqual(
    reuploaded.shares.map(({ channel }) => channel),
    ['DU1'],
  );

  const { body: stats } = await program.api('GET', '/ultronex/stats');
  assert.equal(stats.total_attachments_downloaded, 1);
  assert.equal(stats.forwarded_msg_count, 2);
  assert.deepEqual((await program.api('GET', '/ultronex/track')).body, { 'stark|kernel panic': 'U1' });
  // The bot's own posts come back as events; they are neither matched nor answered.
  assert.equal(slack.botPosts.filter(({ text }) => text !== '').length, 3);
});

test('commands: by mention, by direct message, as /ultronex and by a button', async (t) => {
  const slack = await startFakeSlack({ retryDelaysMs: [100, 500, 2_000] });
  t.after(() => slack.stop());
  const program = await startProgram(t, { dataDir: tempDir(t), env: slackEnv(slack) });
  await slack.waitForSockets(2);

  slack.say({ channel: 'U1', user: 'U1', text: 'help' });
  const [help] = await slack.waitForPosts(1);
  assert.match(help?.text ?? '', /forward/);

  const slash = await slack.slashCommand({ command: '/ultronex', text: 'forward error', user: 'U2', channel: 'C1' });
  assert.match(slash.text ?? '', /error/);
  slack.say({ channel: 'C1', user: 'U1', text: 'an error' });
  await slack.waitForPosts(2);
  const forward = slack.botPosts.at(-1);
  const pressed = await slack.pressButton({
    action_id: 'command:mute',
    value: 'mute 1h',
    user: 'U2',
    channel: forward?.channel ?? '',
    ts: forward?.ts ?? '',
  });
  assert.equal(pressed.acked, true);
  await eventually('the mute', async () => {
    const { text } = await slack.slashCommand({ command: '/ultronex', text: 'track', user: 'U2', channel: 'C1' });
    return /mute/i.test(text ?? '');
  });
  assert.equal((await program.api('GET', '/ultronex/external')).status, 200);
});

test('the API posts to Slack: text, title, payload as a snippet in the thread, and the ledger says where', async (t) => {
  const slack = await startFakeSlack({ retryDelaysMs: [100, 500, 2_000] });
  t.after(() => slack.stop());
  const program = await startProgram(t, { dataDir: tempDir(t), env: slackEnv(slack) });
  const posted = await program.api('POST', '/ultronex/slack', {
    msg: { channel: 'C2', text: 'build failed', title: 'CI', payload: { job: 7 } },
  });
  assert.deepEqual(posted.body.msg, { channel: 'C2', text: 'build failed', title: 'CI' });
  const sent = await eventually('sent', async () => {
    const { body } = await program.api('GET', `/ultronex/messages/${posted.body.id}`);
    return body.state === 'sent' && body;
  });
  const [post] = slack.botPosts;
  assert.equal(post?.text, '*CI*\nbuild failed');
  assert.equal(sent.slack.ts, post?.ts);
  assert.match(sent.slack.permalink, /^https:\/\/.+\/archives\/C2\/p\d+$/);
  const [file] = slack.files;
  assert.deepEqual([file?.name, JSON.parse(file?.content?.toString() ?? '')], ['payload.json', { job: 7 }]);

  const edited = await program.api('PATCH', `/ultronex/messages/${posted.body.id}`, { text: 'build fixed' });
  assert.equal(edited.status, 202);
  await slack.until(() => slack.botPosts.some(({ text }) => text.includes('build fixed')), 30_000, 'the edit');
  assert.equal((await program.api('DELETE', `/ultronex/messages/${posted.body.id}`)).status, 202);
  await slack.until(() => !slack.botPosts.some(({ text }) => text.includes('build')), 30_000, 'the deletion');

  const failed = await program.api('POST', '/ultronex/slack/nowhere', 'lost', { 'content-type': 'text/plain' });
  await eventually('failed', async () => {
    const { body } = await program.api('GET', `/ultronex/messages/${failed.body.id}`);
    return body.state === 'failed' && body.error === 'channel_not_found';
  });
  assert.deepEqual((await program.api('GET', '/ultronex/external')).body, {
    errors: { 'Slack error : channel_not_found': 1 },
  });
});

test('events over HTTP: signed posts, commands and buttons on the same server', async (t) => {
  const slack = await startFakeSlack({ retryDelaysMs: [100, 500, 2_000] });
  t.after(() => slack.stop());
  const program = await startProgram(t, {
    dataDir: tempDir(t),
    env: { SLACK_API_URL: slack.apiUrl, SLACK_BOT_TOKEN: 'xoxb-test-1', SLACK_SIGNING_SECRET: slack.signingSecret },
  });
  const at = (path: string) => `${program.url}/slack/${path}`;
  slack.deliverTo({ eventsUrl: at('events'), commandsUrl: at('commands'), interactiveUrl: at('interactive') });
  assert.equal(await slack.verifyEventsUrl(), true);
  const { delivered } = slack.say({ channel: 'C1', user: 'U1', text: '<@UBOT> forward stark' });
  await slack.waitForPosts(1);
  for (const { statuses } of await delivered) assert.equal(statuses.at(-1), 200);
  const answer = await slack.slashCommand({ command: '/ultronex', text: 'track', user: 'U1', channel: 'C1' });
  assert.match(answer.text ?? '', /stark/);
  const forged = await slack.sendEvent(
    { type: 'message', channel: 'C1', user: 'U1', text: 'x', ts: '1.1' },
    { signing: { secret: 'wrong' } },
  );
  assert.ok(forged.statuses.every((status) => status === 401));
  assert.equal((await fetch(`${program.url}/ultronex/simulator/state`)).status, 401, 'no simulator beside Slack');
});

test('a bot that answers every forward, in the direct message and in the channel, starts no storm', async (t) => {
  const slack = await startFakeSlack({ retryDelaysMs: [100, 500, 2_000] });
  t.after(() => slack.stop());
  const program = await startProgram(t, { dataDir: tempDir(t), env: { ...slackEnv(slack), MERGE: 'off' } });
  await slack.waitForSockets(2);
  slack.say({ channel: 'C1', user: 'U1', text: '<@UBOT> forward panic' });
  await slack.waitForPosts(1);

  const word = (n: number) => `word${n}${'x'.repeat(n % 7)}`;
  const acknowledged: Promise<unknown>[] = [];
  const botSays = (channel: string, text: string) =>
    acknowledged.push(slack.say({ channel, bot_id: 'B9', text }).delivered);
  for (let n = 0; n < 60; n++) botSays('C1', `panic ${word(n)}`);
  const forwards = async () => {
    const { body } = await program.api('GET', '/ultronex/messages?limit=200');
    return (body.messages as { source: string }[]).filter(({ source }) => source === 'forward').length;
  };
  await eventually('as many forwards as one app may cause', async () => (await forwards()) >= 31);
  let answered = 0;
  await eventually('eight forwards are answered', () => {
    const told = slack.botPosts.filter(({ channel }) => channel === 'DU1').slice(answered);
    answered += told.length;
    for (const { text } of told) {
      botSays('U1', text);
      botSays('C1', `I saw: panic ${text.length}`);
    }
    return answered >= 8;
  });
  // An event is acknowledged after its forwards are in the ledger.
  await Promise.all(acknowledged);
  assert.equal(await forwards(), 31);
});
