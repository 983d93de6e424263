import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maxPatternsPerUser } from '../../src/domain/limits.ts';
import { type Fake, fakeTools, now } from './fake-tools.ts';

const sent = 'and send you what matches as a direct message.';
const everywhere = 'every channel I am a member of';

function hold(fake: Fake, user: string, pattern: string, channel: string | null = null): void {
  const id = `${user}-${fake.subscriptions.length}`;
  fake.subscriptions.push({ id, team: 'T1', user, pattern, channel, createdAt: 1 });
}

test('a pattern is stored for the user who asks, and the reply repeats it', async () => {
  const fake = fakeTools();
  const answer = await fake.say('forward deploy (failed|stuck)');
  const subscription = {
    id: 'id-1',
    team: 'T1',
    user: 'U1',
    pattern: 'deploy (failed|stuck)',
    channel: null,
    createdAt: now,
  };
  assert.deepEqual(answer, {
    command: 'forward',
    reply: `I watch \`deploy (failed|stuck)\` in ${everywhere} ${sent}`,
    changes: [{ type: 'subscribe', subscription }],
  });
});

for (const [written, channel] of [
  ['#ops', 'COPS'],
  ['#café-talk', 'CCAFÉ-TALK'],
  ['<#C9|private-room>', 'C9'],
  ['<#C9>', 'C9'],
]) {
  test(`forward with "in ${written}" watches only that channel`, async () => {
    const fake = fakeTools();
    const { reply } = await fake.say(`forward error in ${written}`);
    assert.equal(reply, `I watch \`error\` in <#${channel}> ${sent}`);
    assert.equal(fake.subscriptions[0]?.channel, channel);
  });
}

const refused: [text: string, reply: string][] = [
  ['forward', 'Which pattern? For example `forward deploy (failed|stuck) in #ops`.'],
  ['forward in #ops', 'Which pattern? For example `forward deploy (failed|stuck) in #ops`.'],
  ['forward ""', 'Which pattern? For example `forward deploy (failed|stuck) in #ops`.'],
  ['forward "  "', 'Which pattern? For example `forward deploy (failed|stuck) in #ops`.'],
  ['forward ([', 'I cannot watch that, nothing was stored: `pattern "([": does not parse`'],
  ['forward ([ in #nowhere', 'I cannot watch that, nothing was stored: `pattern "([": does not parse`'],
  ['forward (<!here>', 'I cannot watch that, nothing was stored: `pattern "(&lt;!here&gt;": does not parse`'],
  [
    'forward error in #nowhere',
    'I do not watch `#nowhere`, so nothing was stored. I watch every channel I am a member of. Invite me to a public channel; a private one has to be listed in my settings too. If it belongs to the pattern, put the pattern in backticks.',
  ],
];
for (const [text, reply] of refused) {
  test(`${text} is refused and stores nothing`, async () => {
    assert.deepEqual(await fakeTools().say(text), { command: 'forward', reply });
  });
}

test('a failed look-up of a channel is reported and stores nothing', async () => {
  const fake = fakeTools({ findChannel: () => Promise.reject(new Error('timeout')) });
  const reply = 'Slack did not tell me which channel `#ops` is, nothing was stored. Please try again.';
  assert.deepEqual(await fake.say('forward error in #ops'), { command: 'forward', reply });
});

test('an unexpected error is not hidden', async () => {
  const fake = fakeTools();
  fake.tracking.check = () => {
    throw new TypeError('broken');
  };
  await assert.rejects(fake.say('forward x'), TypeError);
});

test('a pattern that the user holds already is not stored again', async () => {
  const fake = fakeTools();
  hold(fake, 'U1', 'error');
  assert.deepEqual(await fake.say('forward error'), {
    command: 'forward',
    reply: `You hold \`error\` in ${everywhere} already.`,
  });
  assert.deepEqual(await fake.say('forward error in #ops'), {
    command: 'forward',
    reply: `You hold \`error\` in ${everywhere} already. To narrow it, \`stop\` it first and forward it again.`,
  });
});

test('a second channel is added, and a pattern for all channels replaces both', async () => {
  const fake = fakeTools();
  await fake.say('forward error in #ops');
  await fake.say('forward error in #general');
  assert.equal(fake.subscriptions.length, 2);
  const { changes } = await fake.say('forward error');
  assert.deepEqual(changes?.[0], { type: 'unsubscribe', team: 'T1', ids: ['id-1', 'id-2'] });
  assert.deepEqual(
    fake.subscriptions.map((one) => [one.id, one.channel]),
    [['id-3', null]],
  );
});

test('each other holder of the pattern is counted once', async () => {
  const fake = fakeTools();
  hold(fake, 'U2', 'error', 'C1');
  hold(fake, 'U2', 'error', 'C2');
  const first = await fake.say('forward error');
  assert.equal(first.reply, `I watch \`error\` in ${everywhere} ${sent} 1 other person holds it too.`);
  hold(fake, 'U3', 'error');
  assert.equal(
    (await fake.say('forward error')).reply,
    `You hold \`error\` in ${everywhere} already. 2 others hold it too.`,
  );
});

test('a user cannot hold more than the maximum number of patterns', async () => {
  const fake = fakeTools();
  for (let n = 0; n < maxPatternsPerUser - 1; n++) hold(fake, 'U1', `p${n}`, 'COPS');
  hold(fake, 'U2', 'other');
  assert.equal((await fake.say('forward last')).changes?.length, 1);
  const reply =
    'You hold 100 patterns, which is the most one person can have, so nothing was stored. ' +
    '`track` lists them, `stop &lt;pattern&gt;` makes room.';
  assert.deepEqual(await fake.say('forward more'), { command: 'forward', reply });
  assert.equal((await fake.say('forward p1')).changes?.length, 2, 'widening needs no room');
});

test('a muted user is told that no matches are sent', async () => {
  const fake = fakeTools();
  fake.mutes = [{ team: 'T1', user: 'U1', until: null }];
  const { reply } = await fake.say('forward error');
  assert.ok(reply.endsWith('You are muted until you say `talk`, so nothing comes before that.'), reply);
});

test('including mine is stored and shown, and replaces the same pattern without it', async () => {
  const fake = fakeTools();
  await fake.say('forward error');
  const { reply } = await fake.say('forward error including mine');
  assert.equal(
    reply,
    'I watch `error` in every channel I am a member of and send you what matches as a direct message, your own messages included.',
  );
  assert.deepEqual(
    fake.subscriptions.map(({ pattern, includeOwn }) => [pattern, includeOwn]),
    [['error', true]],
  );
  assert.match((await fake.say('track')).reply, /• `error` including mine, since/);
  assert.match((await fake.say('forward error')).reply, /your own messages included already/);
  await fake.say('forward error in #ops');
  assert.equal(fake.subscriptions.length, 1);
  await fake.say('stop error');
  assert.deepEqual(fake.subscriptions, []);
});

test('the reply is the same for an unwatched channel and for a missing one', async () => {
  const fake = fakeTools({ isWatched: (_team, channel) => channel === 'COPS' });
  const answers = [];
  for (const written of ['#general', '#nowhere']) {
    const { reply, changes } = await fake.say(`forward error in ${written}`);
    assert.equal(changes, undefined);
    answers.push(reply.replace(written, '#x'));
  }
  assert.equal(answers[0], answers[1]);
  assert.match(answers[0] ?? '', /^I do not watch `#x`, so nothing was stored/);
  const mentioned = await fake.say('forward error in <#C9|private-room>');
  assert.match(mentioned.reply, /^I do not watch <#C9\|private-room>, so nothing/);
  assert.match((await fake.say('forward error in #ops')).reply, /^I watch/);
});

test('a pattern that can never match is stored with a warning', async () => {
  const tools = fakeTools();
  const { reply } = await tools.say('forward `a^b`');
  assert.match(reply, /^I watch `a\^b`[\s\S]*\n:warning: This cannot match because of the \^\.$/);
  assert.equal(tools.subscriptions.length, 1);
});

test('forward ends a pause, and track shows it', async () => {
  const tools = fakeTools();
  await tools.say('forward disk full');
  tools.subscriptions = tools.subscriptions.map((one) => ({ ...one, paused: 'it took < 1 s' }));
  assert.match((await tools.say('track')).reply, /`disk full`.*\*paused\*: it took &lt; 1 s\. `forward` it again/);
  const { reply } = await tools.say('forward disk full');
  assert.match(reply, /^I watch `disk full` .* again\. It was paused: it took &lt; 1 s\.$/);
  assert.deepEqual([tools.subscriptions.length, tools.subscriptions[0]?.paused], [1, undefined]);
  assert.match((await tools.say('forward disk full')).reply, /already/);
});
