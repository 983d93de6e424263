import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeTools } from './fake-tools.ts';

const refused: [args: string, read: string, after: string][] = [
  ['`x` in ops', '`x`', '`in ops`'],
  ['"x y" please', '`x y`', '`please`'],
  ['“x y” please', '`x y`', '`please`'],
  ["'x y' in the ops channel", '`x y`', '`in the ops channel`'],
  ['```x``` in ops', '`x`', '`in ops`'],
  ['`x`y', '`x`', '`y`'],
  ['`x`, please', '`x`', '`, please`'],
  ['"x", please', '`x`', '`, please`'],
  ['`x` in #ops please', '`x`', '`in #ops please`'],
  ['`x` please in #ops', '`x`', '`please`'],
  ['`x` including me', '`x`', '`including me`'],
  ['`a` or `b`', '`a`', '`or ｀b｀`'],
  ['"a" or "b"', '`a`', '`or "b"`'],
  ['"a &lt; b" now', '`a &lt; b`', '`now`'],
];
for (const [args, read, after] of refused) {
  test(`forward ${args} is refused, and the reply shows how it was read`, async () => {
    const fake = fakeTools();
    const { reply, changes } = await fake.say(`forward ${args}`);
    assert.equal(changes, undefined);
    assert.ok(reply.startsWith(`I read ${read} as the pattern and do not understand ${after} after it. `), reply);
    assert.match(reply, /Only `in #channel`, with the `#`, and `including mine` may follow\./);
    assert.match(reply, /Nothing was stored\.$/);
  });
}

test('the remedies that a refusal names work', async () => {
  const fake = fakeTools();
  assert.match((await fake.say('forward "x y" please')).reply, /put all of it in backticks\./);
  await fake.say('forward `"x y" please`');
  assert.match((await fake.say('forward `a` or `b`')).reply, /put all of it in a code block\./);
  await fake.say('forward ```\n`a` or `b`\n```');
  await fake.say('forward `x` in #ops including mine');
  assert.deepEqual(
    fake.subscriptions.map(({ pattern, channel, includeOwn }) => [pattern, channel, includeOwn ?? false]),
    [
      ['"x y" please', null, false],
      ['`a` or `b`', null, false],
      ['x', 'COPS', true],
    ],
  );
});

const taken: [args: string, pattern: string, said: string][] = [
  ['kaboom in ops', 'kaboom in ops', '`in ops`'],
  ['kaboom in ops.', 'kaboom in ops.', '`in ops`'],
  ['kaboom IN the ops channel, please', 'kaboom IN the ops channel, please', '`IN the ops channel`'],
  ['kaboom in `ops`', 'kaboom in `ops`', '`in ｀ops｀`'],
  ['kaboom in ops including mine', 'kaboom in ops', '`in ops`'],
  ['kaboom in #ops please', 'kaboom in #ops please', '`in #ops`'],
  ['kaboom #ops', 'kaboom #ops', '`#ops`'],
  ['kaboom from #ops', 'kaboom from #ops', '`from #ops`'],
  ['kaboom in <#C1|ops> please', 'kaboom in <#C1[|>] please', 'in <#C1|ops>'],
  ['kaboom in #dev in #ops', 'kaboom in #dev', '`in #dev`'],
  ['kaboom including me', 'kaboom including me', '`including me`'],
  ['kaboom include my messages', 'kaboom include my messages', '`include my messages`'],
  ['in ops', 'in ops', '`in ops`'],
];
for (const [args, pattern, said] of taken) {
  test(`forward ${args} is stored, and the reply says that ${said} is part of the pattern`, async () => {
    const fake = fakeTools();
    const { reply } = await fake.say(`forward ${args}`);
    assert.equal(fake.subscriptions[0]?.pattern, pattern);
    const [first = '', second = ''] = reply.split('\n');
    assert.match(first, /^I watch `/);
    assert.ok(second.startsWith(`${said} is part of the pattern, not a clause. `), reply);
    assert.match(second, /including m/.test(said) || /include/.test(said) ? /`including mine`\.$/ : /`in #ops`\.$/);
  });
}

for (const args of [
  'kaboom',
  'kaboom in #ops',
  'kaboom including mine in #ops',
  'disk is full in ops in #ops',
  '`kaboom in ops`',
  '"kaboom in #ops"',
  '"level":\\s*"error"',
  '"level": "error"',
  '/var/log is full',
  'issue #123',
  "'tis the season",
  'error in \\w+',
  'log in or out',
]) {
  test(`forward ${args} is stored without a hint about clauses`, async () => {
    const fake = fakeTools();
    const { reply } = await fake.say(`forward ${args}`);
    assert.equal(fake.subscriptions.length, 1);
    assert.doesNotMatch(reply, /clause|do not understand/);
  });
}

test('stop refuses words after a quoted pattern, and explains words that look like a clause', async () => {
  const fake = fakeTools();
  await fake.say('forward x');
  const quoted = await fake.say('stop `x` in ops');
  assert.equal(quoted.changes, undefined);
  assert.match(
    quoted.reply,
    /^I read `x` as the pattern and do not understand `in ops` .* Nothing was stopped\. You hold:/,
  );
  const plain = await fake.say('stop x in ops');
  assert.equal(plain.changes, undefined);
  assert.match(plain.reply, /^You hold no `x in ops`\. `in ops` is part of the pattern, not a clause\. /);
});

test('stop ends a pattern with quotes and other words, also as replies show it', async () => {
  for (const written of ['`x` in ops', '｀x｀ in ops']) {
    const fake = fakeTools();
    fake.subscriptions.push({ id: 'a', team: 'T1', user: 'U1', pattern: '`x` in ops', channel: null, createdAt: 1 });
    const { changes } = await fake.say(`stop ${written}`);
    assert.deepEqual(changes, [{ type: 'unsubscribe', team: 'T1', ids: ['a'] }]);
  }
});

for (const [text, left] of [
  ['track kaboom', '`kaboom`'],
  ['talk in #ops', '`in #ops`'],
  ['status of `web`', '`of ｀web｀`'],
  ['quote me', '`me`'],
] as const) {
  test(`the reply to "${text}" says that ${left} was left out`, async () => {
    const { command, reply } = await fakeTools().say(text);
    assert.match(
      reply.split('\n').at(-1) ?? '',
      new RegExp(`^\`${command}\` takes nothing after it, so ${left} was left out\\.`),
    );
  });
}

test('below a command without arguments, the reply names a line that begins no command, unless it is a courtesy', async () => {
  for (const [text, left] of [
    ['status\nthe zebra', '`the zebra`'],
    ['track\none\ntwo', '`one`, `two`'],
    ['quote\nthanks!\nzebra', '`zebra`'],
  ] as const) {
    const { reply } = await fakeTools().say(text);
    assert.equal(reply.split('\n').at(-1), `Left out, because it begins with no command: ${left}.`);
  }
  assert.doesNotMatch((await fakeTools().say('status\nthanks!')).reply, /left out/i);
});

test('the reply says that an unclosed quote at the beginning is part of the pattern', async () => {
  for (const text of ['forward "unclosed', 'forward "two words in #ops', 'forward `code']) {
    const { reply, changes } = await fakeTools().say(text);
    assert.match(reply, /at its beginning is part of the pattern, because no second one closes it\.$/);
    assert.equal(changes?.length, 1);
  }
  for (const text of ['forward "closed"', 'forward "a": "b"', 'forward closed"']) {
    assert.doesNotMatch((await fakeTools().say(text)).reply, /at its beginning/);
  }
});

test('a courtesy after a command without arguments is ignored, and track with arguments names the command forward', async () => {
  const fake = fakeTools();
  for (const text of ['track', 'track please', 'talk, thanks!', 'help me']) {
    assert.doesNotMatch((await fake.say(text)).reply, /left out/);
  }
  assert.match((await fake.say('track kaboom')).reply, /To watch a pattern: `forward &lt;pattern&gt;`\.$/);
});

for (const [word, meant] of [
  ['unmute', 'talk'],
  ['Unmuet', 'talk'],
  ['un-mute', 'talk'],
  ['unforward', 'stop'],
  ['untrack', 'stop'],
  ['unsubscribe', 'stop'],
  ['unstop', 'forward'],
  ['muet', 'mute'],
  ['trakc', 'track'],
] as const) {
  test(`the reply to "${word} x" suggests ${meant}`, async () => {
    const { command, reply } = await fakeTools().say(`${word} x`);
    assert.equal(command, 'unknown');
    assert.match(reply, new RegExp(`Did you mean \`${meant}\`\\?`));
  });
}

for (const word of ['until', 'under', 'unit', 'unable']) {
  test(`${word} is not the opposite of a command`, async () => {
    assert.doesNotMatch((await fakeTools().say(`${word} x`)).reply, /Did you mean/);
  });
}
