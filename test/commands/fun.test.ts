import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandTools } from '../../src/commands/command.ts';
import { fakeTools } from './fake-tools.ts';

const down = () => Promise.reject(new Error('timeout'));
const xkcd: [text: string, reply: string, tools?: Partial<CommandTools>][] = [
  ['xkcd', 'https://xkcd.com/1/'],
  ['xkcd', 'https://xkcd.com/3200/', { random: () => 1 - Number.EPSILON }],
  ['xkcd', 'https://xkcd.com/403/', { random: () => 402 / 3199 }],
  ['xkcd', 'https://xkcd.com/405/', { random: () => 403 / 3199 + Number.EPSILON }],
  ['xkcd', 'https://xkcd.com/1/', { latestXkcd: async () => 1 }],
  ['xkcd', 'https://xkcd.com/1/ (xkcd did not answer, so this is one of the 3100 I remember.)', { latestXkcd: down }],
  [
    'xkcd',
    'https://xkcd.com/1/ (xkcd did not answer, so this is one of the 3100 I remember.)',
    { latestXkcd: async () => Number.NaN },
  ],
  ['xkcd 327', 'https://xkcd.com/327/', { latestXkcd: down }],
  ['xkcd #327', 'https://xkcd.com/327/'],
  ['xkcd 3200', 'https://xkcd.com/3200/'],
  ['xkcd 3201', 'Comics go from 1 to 3200, for example `xkcd 327`.'],
  ['xkcd 0', 'Comics go from 1 to 3200, for example `xkcd 327`.'],
  ['xkcd -1', 'Comics go from 1 to 3200, for example `xkcd 327`.'],
  ['xkcd one', 'Comics go from 1 to 3200, for example `xkcd 327`.'],
  ['xkcd 1.5', 'Comics go from 1 to 3200, for example `xkcd 327`.'],
  [
    'xkcd one',
    'Comics go from 1 to 3100 at least (xkcd did not answer), for example `xkcd 327`.',
    { latestXkcd: down },
  ],
  ['xkcd 404', 'There is no comic 404; its number is the joke. Comics go from 1 to 3200, for example `xkcd 327`.'],
  [
    'xkcd 3101',
    'https://xkcd.com/3101/ (xkcd did not answer, so I cannot tell whether it exists.)',
    { latestXkcd: down },
  ],
];
for (const [text, reply, tools] of xkcd) {
  test(`${text} answers ${reply}`, async () => {
    assert.deepEqual(await fakeTools(tools).say(text), { command: 'xkcd', reply });
  });
}

test('xkcd never picks comic 404', async () => {
  for (let n = 0; n < 600; n++) {
    const { reply } = await fakeTools({ latestXkcd: async () => 600, random: () => n / 600 }).say('xkcd');
    const comic = Number(/\d+/.exec(reply)?.[0]);
    assert.ok(comic >= 1 && comic <= 600 && comic !== 404, reply);
  }
});

const findGif = async (category: string) => (category === 'nothing' ? null : `https://gif.example/?q=${category}&x=1`);
const gifs: [text: string, reply: string, tools?: Partial<CommandTools>][] = [
  ['gif cat', 'https://gif.example/?q=cat&amp;x=1', { findGif }],
  ['gif', 'https://gif.example/?q=robot&amp;x=1', { findGif }],
  ['gif', 'https://gif.example/?q=rocket&amp;x=1', { findGif, random: () => 0.99 }],
  ['gif Q&amp;A', 'https://gif.example/?q=Q&amp;A&amp;x=1', { findGif }],
  ['gif <http://a.example|a.example>', 'https://gif.example/?q=a.example&amp;x=1', { findGif }],
  [`gif ${'y'.repeat(80)}`, `https://gif.example/?q=${'y'.repeat(50)}&amp;x=1`, { findGif }],
  ['gif nothing', 'Giphy has nothing for `nothing`. Try another word.', { findGif }],
  ['gif cat', 'Giphy did not answer. Please try again in a minute.', { findGif: down }],
  ['gif cat', 'GIFs need a Giphy key: set GIPHY_API_KEY and start me again.'],
];
for (const [text, reply, tools] of gifs) {
  test(`${text} answers ${reply}`, async () => {
    assert.deepEqual(await fakeTools(tools).say(text), { command: 'gif', reply });
  });
}
