import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPatternSet } from '../../src/patterns/index.ts';
import { Matcher } from '../../src/patterns/matcher.ts';
import { Memory } from '../../src/patterns/memory.ts';
import { Random } from '../support/random.ts';
import { cpuClock } from '../support/soon.ts';
import { found } from './found.ts';

/** Patterns with a text on which a backtracking engine takes exponential or quadratic time. */
const hostile: ReadonlyArray<readonly [source: string, letters: string]> = [
  ['(a+)+$', 'a'],
  ['(x+x+)+y', 'x'],
  ['.*.*=.*', 'z'],
  ['(a|a)*b', 'a'],
  ['(.*a){20}', 'ab'],
  ['(.*a){20}$', 'ab'],
  ['[ab]*a[ab]{14}c', 'ab'],
  ['.*(a.*b.*){5}[ab]{200}c', 'ab'],
  ['(a?){50}a{50}b', 'a'],
];

/** Letters in random order, which gives the most states; nothing matches the last one. */
function textOf(letters: string, length: number): string {
  const random = new Random(length);
  return `${Array.from({ length: length - 1 }, () => random.pick([...letters])).join('')}!`;
}

describe('the cost of a search is linear in the length of the text', () => {
  for (const [source, letters] of hostile) {
    it(source, () => {
      const matcher = new Matcher([source], new Memory(2 ** 22));
      const unitsFor = (length: number) => {
        const budget = { units: 1e12, perCharacter: 0 };
        assert.ok(matcher.search(textOf(letters, length), budget));
        return 1e12 - budget.units;
      };
      unitsFor(400);
      const [small, large] = [unitsFor(4_000), unitsFor(40_000)];
      // Ten times the text: ten times the work, a hundred if it were quadratic.
      assert.ok(large < 30 * Math.max(small, 4_000), `4 kB ${small} units, 40 kB ${large} units`);
    });
  }
});

describe('the cost of a search is limited', () => {
  const worst = '[01].{990}[01].{990}[q-z]';

  it('a search stops when its budget is used up, and says so', () => {
    const matcher = new Matcher([worst], new Memory(2 ** 22));
    const budget = { units: 1_000_000, perCharacter: 0 };
    const cpuMs = cpuClock();
    assert.equal(matcher.search(textOf('01', 400_000), budget), false);
    assert.ok(cpuMs() < 1_000, `${cpuMs()} ms`);
    assert.ok(budget.units < 0 && budget.units > -100_000, `${budget.units}`);
  });

  it('a budget per character lets a cheap pattern finish and stops an expensive one', () => {
    const text = textOf('01', 1_000_000);
    const search = (source: string) =>
      new Matcher([source], new Memory(2 ** 22)).search(text, { units: 200_000, perCharacter: 1 });
    assert.equal(search('[01]{3}-[01]{4}'), true);
    assert.equal(search(worst), false);
  });

  it('all automata together stay within their memory limit, whatever the patterns', () => {
    const memory = new Memory(2 ** 20);
    const matchers = Array.from({ length: 100 }, (_, n) => new Matcher([`[ab]*a[ab]{${10 + n}}c`], memory));
    for (let round = 0; round < 3; round++) {
      for (const matcher of matchers) {
        matcher.search(textOf('ab', 2_000), { units: 2_000_000, perCharacter: 0 });
        assert.ok(memory.used <= 2 ** 20 + 200_000, `${memory.used} bytes`);
      }
    }
  });

  it('a set returns null for a text that takes too long, and a result for others', () => {
    const set = createPatternSet();
    for (let n = 0; n < 100; n++) set.add(`worst ${n}`, `[01].{990}[01].{${900 + (n % 90)}}[q-z]`);
    set.add('plain', 'disk full');
    const cpuMs = cpuClock();
    for (let round = 0; round < 10; round++) assert.equal(set.match(textOf('01', 4_000)), null);
    assert.ok(cpuMs() < 5_000, `${cpuMs()} ms`);
    for (let n = 0; n < 100; n++) set.remove(`worst ${n}`);
    assert.deepEqual(found(set, `${textOf('01', 4_000)} disk full`), ['plain']);
    assert.equal(set.match('x'.repeat(70_000)), null);
  });

  it('a large text is read in slices, and its candidates are found', async () => {
    const set = createPatternSet();
    for (const source of ['disk full', 'kernel panic', '\\d{7}', 'oops.*sorry']) set.add(source, source);
    const text = `${'nothing to see here, '.repeat(100_000)} DISK FULL oops`;
    assert.deepEqual((await set.candidates(text)).map(({ id }) => id).sort(), ['\\d{7}', 'disk full']);
  });
});
