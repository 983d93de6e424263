import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Fake, fakeTools } from './fake-tools.ts';

const nothing = 'You hold no pattern, so there is nothing to stop.';
const since = 'since <!date^1^{date_short_pretty} {time}|1970-01-01T00:00:01Z>';

function world(): Fake {
  const fake = fakeTools();
  const held: [string, string, string | null][] = [
    ['U1', 'error', null],
    ['U1', 'a|b', 'C1'],
    ['U1', 'a|b', 'C2'],
    ['U1', '/var/', null],
    ['U2', 'error', null],
    ['U3', 'error', null],
    ['U2', '/var/', null],
    ['U2', 'theirs', null],
  ];
  fake.subscriptions = held.map(([user, pattern, channel], n) => {
    return { id: `s${n}`, team: 'T1', user, pattern, channel, createdAt: 1999 };
  });
  return fake;
}

const list = '• `error`\n• `a|b` in <#C1>\n• `a|b` in <#C2>\n• `/var/`';
const ends: [text: string, reply: string, ids: string[]][] = [
  ['stop error', 'Stopped `error`. 2 others still hold it.', ['s0']],
  ['stop `error`', 'Stopped `error`. 2 others still hold it.', ['s0']],
  ['stop a|b', 'Stopped `a|b` in <#C1>, `a|b` in <#C2>. Nobody else holds it.', ['s1', 's2']],
  ['stop a|b in <#C2|x>', 'Stopped `a|b` in <#C2>. Nobody else holds it.', ['s2']],
  ['stop /var/', 'Stopped `/var/`. 1 other still holds it.', ['s3']],
  ['stop', `Stopped 4 patterns of yours:\n${list}`, ['s0', 's1', 's2', 's3']],
  ['stop in <#C2|x>', 'Stopped 1 pattern of yours:\n• `a|b` in <#C2>', ['s2']],
];
for (const [text, reply, ids] of ends) {
  test(`${text} ends ${ids.length} patterns`, async () => {
    assert.deepEqual(await world().say(text), {
      command: 'stop',
      reply,
      changes: [{ type: 'unsubscribe', team: 'T1', ids }],
    });
  });
}

const misses: [text: string, reply: string][] = [
  ['stop theirs', `You hold no \`theirs\`. You hold:\n${list}`],
  ['stop Errors', `You hold no \`Errors\`. You hold:\n${list}`],
  ['stop ERR\\DR', `You hold no \`ERR\\DR\`. You hold:\n${list}`],
  ['stop a|b in #nowhere', `You hold no \`a|b\` there. You hold:\n${list}`],
  ['stop ""', `You hold no pattern. You hold:\n${list}`],
  ['stop in #ops', `You hold no pattern there. You hold:\n${list}`],
];
for (const [text, reply] of misses) {
  test(`${text} ends nothing and lists the patterns`, async () => {
    assert.deepEqual(await world().say(text), { command: 'stop', reply });
  });
}

const spellings: [held: string, written: string][] = [
  ['cafe\u0301', 'café'],
  ['café', 'cafe\u0301'],
  ['ｄｉｓｋ full', 'disk full'],
  ['disk – full', 'disk - full'],
  [':fire:', '🔥'],
  ['👍', ':\\+1:'],
  ['FOO', 'foo'],
];
for (const [pattern, written] of spellings) {
  test(`stop ${written} ends ${pattern}, which matches the same texts`, async () => {
    const fake = fakeTools();
    const answer = await fake.say(`forward ${pattern}`);
    assert.equal(answer.changes?.length, 1);
    assert.match((await fake.say(`forward ${written}`)).reply, /^You hold .* already\.$/s);
    assert.equal(fake.subscriptions.length, 1);
    assert.match((await fake.say(`stop ${written}`)).reply, /^Stopped /);
    assert.deepEqual(fake.subscriptions, []);
  });
}

test('stop ends only the exact spelling when the user also holds another spelling', async () => {
  const fake = fakeTools();
  fake.subscriptions = ['foo', 'FOO'].map((pattern, n) => {
    return { id: `s${n}`, team: 'T1', user: 'U1', pattern, channel: null, createdAt: 1999 };
  });
  assert.deepEqual((await fake.say('stop FOO')).changes, [{ type: 'unsubscribe', team: 'T1', ids: ['s1'] }]);
});

test('stop says that the user holds no pattern', async () => {
  assert.deepEqual(await fakeTools().say('stop'), { command: 'stop', reply: nothing });
  assert.deepEqual(await fakeTools().say('stop x'), { command: 'stop', reply: nothing });
});

test('stop ends nothing when channels cannot be looked up', async () => {
  const fake = world();
  fake.findChannel = () => Promise.reject(new Error('timeout'));
  assert.equal((await fake.say('stop a|b in #ops')).changes, undefined);
});

test('the arguments of forward also work with stop', async () => {
  for (const args of [
    '/foo/',
    '`/foo/`',
    '“a b”',
    'x in #ops',
    '<http://a.example|a.example>',
    '&lt;tag&gt;',
    '`in #x`',
  ]) {
    const fake = fakeTools();
    await fake.say(`forward ${args}`);
    await fake.say(`stop ${args}`);
    assert.deepEqual(fake.subscriptions, [], args);
  }
});

test('track lists patterns with channel and date, and the mute', async () => {
  const fake = fakeTools();
  assert.equal(
    (await fake.say('track')).reply,
    'You hold no pattern. `forward &lt;pattern&gt;` starts one.\nYou are not muted.',
  );
  fake.subscriptions = world().subscriptions.slice(0, 2);
  fake.mutes = [{ team: 'T1', user: 'U1', until: null }];
  assert.deepEqual(await fake.say('track'), {
    command: 'track',
    reply:
      'You hold 2 patterns, watched in every channel I am a member of unless a channel is named:\n' +
      `• \`error\`, ${since}\n• \`a|b\` in <#C1>, ${since}\nYou are muted until you say \`talk\`.`,
  });
});

test('a list that is too long for Slack says how many items are missing', async () => {
  const fake = fakeTools();
  const [one] = world().subscriptions;
  assert.ok(one);
  fake.subscriptions = Array.from({ length: 20 }, () => ({ ...one, pattern: 'x'.repeat(1000) }));
  const { reply } = await fake.say('track');
  assert.ok(reply.length < 13_000);
  assert.ok(reply.includes('• … and 9 more'), reply.slice(-100));
});
