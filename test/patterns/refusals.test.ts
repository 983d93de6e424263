import assert from 'node:assert/strict';
import { it } from 'node:test';
import { PatternRefused } from '../../src/domain/errors.ts';
import { createPatternSet, createPatternTools } from '../../src/patterns/index.ts';

import { found } from './found.ts';

const refused: ReadonlyArray<readonly [source: string, message: RegExp]> = [
  ['', /^pattern "": it is empty/],
  [' \n\t', /it is empty/],
  ['a'.repeat(1_001), /1001 characters are more than 1000\. Split/],
  ['a\uD83D', /half of a surrogate pair/],
  ['(', /^pattern "\(": missing closing \)\. Close the group, or escape the parenthesis as \\\($/],
  ['([', /missing closing \] at "\[".*escape the bracket as \\\[/],
  ['a)', /unexpected \).*Escape it as \\\)/],
  ['*', /missing argument to repetition operator.*\\\*/],
  ['a**', /nested repetition operator at "\*\*".*parentheses around/],
  ['x{2}{3}', /nested repetition/],
  ['a{5,2}', /invalid repeat count at "\{5,2\}"/],
  ['a{1001}', /invalid repeat count/],
  ['\\', /trailing backslash.*Escape it as \\\\/],
  ['[z-a]', /class range at "z-a"/],
  ['[[:nope:]]', /class range/],
  ['\\pX', /class range/],
  ['\\y', /invalid escape sequence\. Drop the backslash/],
  ['(?P<x>a)(?P<x>b)', /duplicate capture group/],
  ['(?P<->a)', /named capture.*\(\?P<name>/],
  ['(?>a)', /Perl syntax/],
  ['(?=a)b', /looking ahead or behind.*Match the surrounding words/],
  ['a(?!b)', /looking ahead or behind/],
  ['(?<=a)b', /looking ahead or behind/],
  ['(?<!a)b', /looking ahead or behind/],
  ['(a)\\1', /back references.*Write the repeated part out/],
  ['(?P<n>a)(?P=n)', /back references/],
  ['(?P<n>a)\\k<n>', /back references/],
  ['(x{1000}){1000}', /too large/],
  ['.{0,1000}.{0,1000}', /too large/],
  [`${'a{1000}'.repeat(100)}`, /too large/],
  ['(?i)*', /missing argument/],
];

const matchesEverything = [
  'a*',
  '.*',
  'x?',
  '|',
  'a|',
  '^',
  '$',
  '()',
  '\\b',
  '\\B',
  '(?m)^',
  'a{0}',
  'a{0,3}',
  '\\bx?\\b',
  '(?i)',
];

const accepted = [
  ...[
    'a',
    '.',
    'a+',
    '\\.',
    'C\\+\\+',
    '(a|b)c',
    '^a$',
    '[^a]',
    '\\d{3}',
    'a{2,5}?',
    '(?P<n>a)',
    '(?<n>a)',
    '\\Q(\\E',
    '(x{1,9}y){9}',
  ],
  ...[
    '{',
    'a{,2}',
    ']',
    'https?://\\S+',
    '[[:word:]]+',
    '\\pL',
    '😀',
    '(?s)a.b',
    'a/b',
    '\\x{1F600}',
    'a'.repeat(1_000),
  ],
];

const tools = createPatternTools();
const set = createPatternSet();

it('refusals name the pattern, the reason and a remedy', () => {
  for (const [source, message] of refused) {
    for (const attempt of [() => tools.check(source), () => set.add('id', source), () => tools.spans(source, 'a')]) {
      assert.throws(attempt, (error) => {
        assert.ok(error instanceof PatternRefused, source);
        assert.match(error.message, message);
        assert.ok(error.message.startsWith(`pattern "${source.slice(0, 20)}`));
        assert.ok(error.message.length < 400);
        return true;
      });
    }
  }
  assert.equal(set.size, 0);
});

it('a pattern that matches every message is refused', () => {
  for (const source of matchesEverything) {
    assert.throws(() => tools.check(source), /without a single character.*\. Use \+/, source);
  }
});

it('ordinary patterns are accepted', () => {
  for (const source of accepted) tools.check(source);
});

it('a large pattern needs a rare literal, unless it is stored already', () => {
  for (const source of ['[01].{990}[01].{990}[q-z]', 'x{1,999}', '[0-9a-f]{400}', '(?:error|.{301})']) {
    assert.throws(() => tools.check(source), /too large to be tried on every message.*Add a rare word/, source);
    set.add(source, source);
  }
  for (const source of ['kernel panic.{990}', '[01].{700}zebra', '[0-9a-f]{250}']) tools.check(source);
});

it('a stored pattern that no longer compiles matches nothing, is reported, and does not affect others', () => {
  const broken: string[] = [];
  const set = createPatternSet((source) => broken.push(source));
  // As if an earlier version of re2js had accepted them; our own parser does.
  for (const source of ['disk(a**|b)', '[[:nope:]]', 'x{5,2}']) set.add(source, source, { isStored: true });
  set.add('fine', 'disk', { isStored: true });
  assert.deepEqual(found(set, 'disk b xxxxx a'), ['fine']);
  assert.deepEqual(broken.sort(), ['[[:nope:]]', 'disk(a**|b)', 'x{5,2}']);
  assert.throws(() => set.add('never', '([', { isStored: true }), PatternRefused);
  assert.throws(() => set.add('never', 'a*', { isStored: true }), /without a single character/);
});

it('stored patterns are added without being compiled, however large they are', () => {
  const set = createPatternSet();
  const start = process.cpuUsage();
  for (let n = 0; n < 2_000; n++) {
    const source = `[01].{${900 + (n % 90)}}[01].{${900 + Math.floor(n / 90)}}[q-z]`;
    set.add(source, source, { isStored: true });
  }
  set.match('');
  // Compiling takes about 2.5 ms each.
  assert.ok(process.cpuUsage(start).user < 2_500_000, `${process.cpuUsage(start).user} µs`);
});
