import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCommands } from '../../src/commands/index.ts';
import { code } from '../../src/commands/words.ts';
import { cpuClock } from '../support/soon.ts';
import { fakeTools } from './fake-tools.ts';

const { list: commands } = createCommands([]);

test('help lists the usage and summary of every command', async () => {
  const { reply, command } = await fakeTools().say('help');
  assert.equal(command, 'help');
  for (const { usage, summary } of commands) assert.ok(reply.includes(`• ${code(usage)} ${summary}`), usage);
  assert.ok(reply.includes('`forward &lt;pattern&gt; [in #channel]`'));
});

test('all commands of the design exist, and each usage begins with the name', () => {
  const names = ['help', 'forward', 'stop', 'track', 'mute', 'talk', 'xkcd', 'gif', 'quote', 'status'];
  assert.deepEqual(
    commands.map(({ name }) => name),
    names,
  );
  for (const { name, usage } of commands) assert.equal(usage.split(' ')[0], name);
});

for (const text of ['', '   ', '\n']) {
  test(`nothing written (${JSON.stringify(text)}) is help`, async () => {
    assert.equal((await fakeTools().say(text)).command, 'help');
  });
}

for (const text of [
  'quote',
  'QUOTE',
  ' Quote ',
  'quote!',
  '*quote*',
  '`quote`',
  '“quote”',
  'quote: please',
  'quote\nnow',
]) {
  test(`${JSON.stringify(text)} is the command quote`, async () => {
    assert.deepEqual(await fakeTools().say(text), { command: 'quote', reply: 'A quote.' });
  });
}

test('status shows the lines it is given', async () => {
  assert.deepEqual(await fakeTools().say('status'), { command: 'status', reply: 'version 1\nqueue empty' });
});

const unknown: [string, string][] = [
  ['dance', 'I do not know `dance`. `help` lists what I can do.\n> A quote.'],
  ['froward x', 'I do not know `froward`. Did you mean `forward`? `help` lists what I can do.\n> A quote.'],
  ['sttop', 'I do not know `sttop`. Did you mean `stop`? `help` lists what I can do.\n> A quote.'],
  ['gfi', 'I do not know `gfi`. Did you mean `gif`? `help` lists what I can do.\n> A quote.'],
  ['hi', 'I do not know `hi`. `help` lists what I can do.\n> A quote.'],
  ['???', 'I do not know `???`. `help` lists what I can do.\n> A quote.'],
  ['<!channel> hello', 'I do not know `&lt;!channel&gt;`. `help` lists what I can do.\n> A quote.'],
  ['a&amp;b', 'I do not know `a&amp;b`. `help` lists what I can do.\n> A quote.'],
  ['constructor', 'I do not know `constructor`. `help` lists what I can do.\n> A quote.'],
  ['x'.repeat(5000), `I do not know \`${'x'.repeat(39)}…\`. \`help\` lists what I can do.\n> A quote.`],
];
for (const [text, reply] of unknown) {
  test(`${text.slice(0, 20)} is unknown`, async () => {
    assert.deepEqual(await fakeTools().say(text), { command: 'unknown', reply });
  });
}

test('very long input takes no noticeable time', async () => {
  const long = 40_000;
  const texts = [
    '!'.repeat(long),
    `forward a${' '.repeat(long)}b`,
    `forward ${'\\'.repeat(long)}\``,
    `forward \`\`\`${' '.repeat(long)}x`,
  ];
  texts.push(
    `mute ${'1'.repeat(long)}!`,
    `forward ${'<a:'.repeat(long)}`,
    `forward ${'in '.repeat(long)}`,
    `stop "${'\\'.repeat(long)}`,
  );
  const cpuMs = cpuClock();
  for (const text of texts) await fakeTools().say(text);
  assert.ok(cpuMs() < 5_000, `${cpuMs()} ms`);
});
