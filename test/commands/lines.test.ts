import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCommands } from '../../src/commands/index.ts';
import { readCommands } from '../../src/commands/lines.ts';
import { fakeTools } from './fake-tools.ts';

const known = (name: string) => ['forward', 'stop', 'track', 'status'].includes(name);
const read = (text: string) =>
  readCommands(text, known)?.map(({ name, args, stray }) => [name, args, ...(stray.length > 0 ? [stray] : [])]) ?? null;

const cases: [text: string, expected: unknown][] = [
  ['forward a', [['forward', 'a']]],
  [
    'forward a\nforward b',
    [
      ['forward', 'a'],
      ['forward', 'b'],
    ],
  ],
  [
    'forward a\r\n\r\n  Track!  ',
    [
      ['forward', 'a'],
      ['track', ''],
    ],
  ],
  ['hello\nforward a', null],
  ['', null],
  ['forward a\nthanks', [['forward', 'a', ['thanks']]]],
  ['forward `a\nb`', [['forward', '`a', ['b`']]]],
  [
    'forward ```\na\nforward b\n```\ntrack',
    [
      ['forward', '```\na\nforward b\n```'],
      ['track', ''],
    ],
  ],
  [
    'forward "a\nb"\ntrack',
    [
      ['forward', '"a\nb"'],
      ['track', ''],
    ],
  ],
  [
    'forward "a" and "b\ntrack',
    [
      ['forward', '"a" and "b'],
      ['track', ''],
    ],
  ],
  [
    '```forward a\nstop b```',
    [
      ['forward', 'a'],
      ['stop', 'b'],
    ],
  ],
  ['```\nforward a\n```', [['forward', 'a']]],
  ['```just text```', null],
  ['`forward a`', [['forward', 'a']]],
  [
    '*forward a*\n_stop b_',
    [
      ['forward', 'a'],
      ['stop', 'b'],
    ],
  ],
  ['"track"', [['track', '']]],
  ['forward `a`', [['forward', '`a`']]],
];
for (const [text, expected] of cases) {
  test(`the commands of ${JSON.stringify(text)}`, () => assert.deepEqual(read(text), expected));
}

test('five commands of a message are run, and the reply names the rest', async () => {
  const fake = fakeTools();
  const text = Array.from({ length: 9 }, (_, n) => `forward p${n}`).join('\n');
  const { reply, command } = await fake.say(text);
  assert.equal(command, 'forward');
  assert.deepEqual(
    fake.subscriptions.map(({ pattern }) => pattern),
    ['p0', 'p1', 'p2', 'p3', 'p4'],
  );
  const last = reply.split('\n').at(-1);
  assert.equal(
    last,
    'Not run, because a message may have 5 commands: `forward p5`, `forward p6`, `forward p7` and 1 more.',
  );
});

test('below a command with arguments, the reply names a line that begins no command', async () => {
  const { reply } = await fakeTools().say('forward a\nthanks a lot');
  assert.match(reply, /\nLeft out, because it begins with no command: `thanks a lot`\.$/);
  assert.equal((await fakeTools().say('quote\nnow')).reply, 'A quote.');
});

test('the limit of patterns counts all commands of a message', async () => {
  const fake = fakeTools();
  fake.subscriptions = Array.from({ length: 99 }, (_, n) => {
    return { id: `s${n}`, team: 'T1', user: 'U1', pattern: `p${n}`, channel: null, createdAt: n };
  });
  const { changes, reply } = await fake.say('forward a\nforward b');
  assert.equal(changes?.length, 1);
  assert.match(reply, /the most one person can have/);
});

test('a mute and its end in one message leave no mute', async () => {
  const { reply } = await fakeTools().say('mute 1h\ntalk\ntalk');
  assert.match(reply, /I talk again.*\nYou are not muted\.$/);
});

const { knows } = createCommands([]);
const amid: [text: string, known: boolean][] = [
  ['status page is down', false],
  ['status', true],
  ['status please!', true],
  ['quote that for me', false],
  ['forward x', true],
  ['there is an outage', false],
];
for (const [text, expected] of amid) {
  test(`in the middle of a sentence, "${text}" is ${expected ? 'a command' : 'talk'}`, () => {
    assert.equal(knows(text, true), expected);
  });
}
