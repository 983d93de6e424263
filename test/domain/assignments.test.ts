import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCommands } from '../../src/commands/index.ts';
import { readAssignments, writeAssignment } from '../../src/domain/assignments.ts';
import { InvalidRequest } from '../../src/domain/errors.ts';
import { fakeTools } from '../commands/fake-tools.ts';
import { Random } from '../support/random.ts';

const names = { user: (id: string) => (id === 'U1' ? 'ada' : null), channel: () => null };

test('values are words, or stand in quotes', () => {
  const read: [text: string, values: Record<string, string>][] = [
    ['', {}],
    [' NAME=Daniela  SIZE=2 ', { NAME: 'Daniela', SIZE: '2' }],
    ['NAME="Daniela K" OTHER=x', { NAME: 'Daniela K', OTHER: 'x' }],
    ['NAME=\'a "b" c\'', { NAME: 'a "b" c' }],
    ['NAME=`rm -rf "$HOME"`', { NAME: 'rm -rf "$HOME"' }],
    ['NAME=', { NAME: '' }],
    ['NAME=""', { NAME: '' }],
    ['QUERY=a=b&amp;c=d', { QUERY: 'a=b&c=d' }],
    ["NAME=O'Brien", { NAME: "O'Brien" }],
    ["NAME='tis", { NAME: "'tis" }],
    ['NAME=a"b', { NAME: 'a"b' }],
    [String.raw`NAME="say \"hi\" \\ C:\new"`, { NAME: String.raw`say "hi" \ C:\new` }],
    [String.raw`NAME="\u{201c}x\u{a}\u{d800}\u{ffffff}"`, { NAME: `“x\n${String.raw`\u{d800}\u{ffffff}`}` }],
    ['NAME="two\nlines"', { NAME: 'two\nlines' }],
    ['A=$(id) B=;x|y', { A: '$(id)', B: ';x|y' }],
  ];
  for (const [text, values] of read) assert.deepEqual(readAssignments(text), values, text);
});

test('links and mentions of Slack become the text that was typed', () => {
  const read: [text: string, value: string][] = [
    ['A=<https://example.com/a?b=1&amp;c=2>', 'https://example.com/a?b=1&c=2'],
    ['A=<http://example.com|example.com>', 'example.com'],
    ['A=<https://example.com/x|the long text>', 'https://example.com/x'],
    ['A=<mailto:ada@example.com|ada@example.com>', 'ada@example.com'],
    ['A=<mailto:ada@example.com>', 'ada@example.com'],
    ['A=<@U1>', '@ada'],
    ['A=<@U2|bob b>', '@bob b'],
    ['A=<@U3>', '@U3'],
    ['A=<#C1|general>', '#general'],
    ['A=<#C1|>', '#C1'],
    ['A=<!subteam^S1|@ops>', '@ops'],
    ['A=<!here>', '@here'],
    ['A="see <https://example.com> and &lt;this&gt;"', 'see https://example.com and <this>'],
    ['A=&lt;@U1&gt;', '<@U1>'],
    ['A=a<b', 'a<b'],
    ['A=&amp;lt;', '&lt;'],
  ];
  for (const [text, value] of read) assert.deepEqual(readAssignments(text, names), { A: value }, text);
});

test('what is not NAME=value, or has no end, is refused with the remedy', () => {
  const refused: [text: string, field: string, message: RegExp][] = [
    ['Daniela', 'arguments', /^"Daniela" is not of the form NAME=value/],
    ['NAME=x y', 'arguments', /^"y" is not of the form/],
    ['=x', 'arguments', /is not of the form NAME=value/],
    ['<@U1>=x', 'arguments', /is not of the form NAME=value/],
    ['NAME="x', 'NAME', /The quote of NAME has no end/],
    ['NAME="x"y', 'NAME', /no space after it/],
    ['NAME=1 NAME=2', 'NAME', /NAME is given twice/],
    [Array.from({ length: 201 }, (_, at) => `A${at}=1`).join(' '), 'A200', /More than 200/],
  ];
  for (const [text, field, message] of refused) {
    assert.throws(
      () => readAssignments(text),
      (error) => error instanceof InvalidRequest && error.field === field && message.test(error.message),
      text,
    );
  }
});

test('a name like a property of every object is a name', () => {
  assert.deepEqual(Object.entries(readAssignments('constructor=1 toString=2')), [
    ['constructor', '1'],
    ['toString', '2'],
  ]);
  assert.deepEqual(Object.entries(readAssignments('__proto__=1')), [['__proto__', '1']]);
});

test('any value that is written comes through a command unchanged', async () => {
  const random = new Random(15);
  const signs = [
    ...'ab ="\'`\\<>&|*_~@#!:;{}u\n\t“”‘’′″„‟\u00a0\u2028\u200b\u0000é😀',
    '\\u{41}',
    '&lt;',
    '<@U1>',
    '```',
  ];
  let args = '';
  const echo = {
    name: 'run',
    usage: 'run <x>',
    summary: '',
    run(asked: { args: string }) {
      args = asked.args;
      return { reply: args };
    },
  };
  const commands = createCommands([echo]);
  const asked = { team: 'T1', user: 'U1', channel: 'C1', role: null, isMember: async () => true, now: 0 };
  for (let round = 0; round < 2_000; round += 1) {
    const given = { A: random.many(12, () => random.pick(signs)), B: random.many(5, () => random.pick(signs)) };
    const text = Object.entries(given).map(([name, value]) => writeAssignment(name, value));
    await commands.run(`run ${text.join(' ')}`, asked, fakeTools());
    assert.deepEqual(readAssignments(args, names), given, JSON.stringify(given));
  }
});

test('a long text of quotes and brackets is read in linear time', () => {
  for (const text of [
    `A="${'\\"'.repeat(50_000)}`,
    `A=${'<'.repeat(50_000)}`,
    `A="${'<a|'.repeat(30_000)}"`,
    `A=${"'`".repeat(50_000)}`,
  ]) {
    const before = performance.now();
    try {
      readAssignments(text);
    } catch (error) {
      assert.ok(error instanceof InvalidRequest);
    }
    assert.ok(performance.now() - before < 500, text.slice(0, 10));
  }
});
