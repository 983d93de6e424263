import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeTools, now } from './fake-tools.ts';

const minute = 60_000;
const later = 'What matches in the meantime is not sent later either.';
const date = (iso: string) => `<!date^${Date.parse(iso) / 1000}^{date_short_pretty} {time}|${iso}>`;

const timed: [text: string, ms: number, until: string, length: string][] = [
  ['mute 2h', 120 * minute, '2026-01-02T05:04:05Z', '2h'],
  ['mute for 30m', 30 * minute, '2026-01-02T03:34:05Z', '30m'],
  ['mute 90', 90 * minute, '2026-01-02T04:34:05Z', '1h 30m'],
  ['mute 1h30m', 90 * minute, '2026-01-02T04:34:05Z', '1h 30m'],
  ['mute 30d', 43_200 * minute, '2026-02-01T03:04:05Z', '30d'],
  ['mute 31d', 43_200 * minute, '2026-02-01T03:04:05Z', '30d, the longest there is'],
  ['mute 99999w', 43_200 * minute, '2026-02-01T03:04:05Z', '30d, the longest there is'],
];
for (const [text, ms, until, length] of timed) {
  test(`${text} mutes for ${length}`, async () => {
    assert.deepEqual(await fakeTools().say(text), {
      command: 'mute',
      reply: `Muted until ${date(until)} (${length}). ${later}`,
      changes: [{ type: 'mute', mute: { team: 'T1', user: 'U1', until: now + ms } }],
    });
  });
}

test('mute alone lasts until talk', async () => {
  assert.deepEqual(await fakeTools().say('mute'), {
    command: 'mute',
    reply: `Muted until you say \`talk\`. ${later}`,
    changes: [{ type: 'mute', mute: { team: 'T1', user: 'U1', until: null } }],
  });
});

for (const [written, shown] of [
  ['forever', 'forever'],
  ['0', '0'],
  ['-5m', '-5m'],
  ['&lt;b&gt;', '&lt;b&gt;'],
  ['30m1h', '30m1h'],
  ['z'.repeat(99), `${'z'.repeat(59)}…`],
]) {
  test(`mute ${written} is not understood and changes nothing`, async () => {
    const reply = `I do not understand \`${shown}\` as a length of time. Write \`30m\`, \`2h\`, \`1h30m\`, \`1d\`, or nothing: then until \`talk\`.`;
    assert.deepEqual(await fakeTools().say(`mute ${written}`), { command: 'mute', reply });
  });
}

test('talk ends a mute, once', async () => {
  const fake = fakeTools();
  await fake.say('mute 1d');
  assert.deepEqual(await fake.say('talk'), {
    command: 'talk',
    reply: 'I talk again. You get what matches from now on.',
    changes: [{ type: 'unmute', team: 'T1', user: 'U1' }],
  });
  assert.deepEqual(await fake.say('talk'), { command: 'talk', reply: 'You are not muted.' });
});
