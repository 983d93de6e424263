import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RE2JS } from 're2js';
import { Subject } from '../../src/patterns/engine.ts';
import { boundCache } from '../../src/patterns/engine-re2js.ts';
import { installedEngines } from './engines.ts';
import { Random } from './random.ts';

/** Each takes a backtracking engine longer than the age of the universe, or squares the time, on its text. */
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

/** Letters in no regular order, which makes for the most states; the end is one that nothing matches. */
function textOf(letters: string, length: number): string {
  const random = new Random(length);
  return `${Array.from({ length: length - 1 }, () => random.pick([...letters])).join('')}!`;
}

function fastest(runs: number, work: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    const start = process.hrtime.bigint();
    work();
    best = Math.min(best, Number(process.hrtime.bigint() - start) / 1e6);
  }
  return best;
}

for (const engine of await installedEngines()) {
  describe(`${engine.name}: time grows with the text, not with its powers`, () => {
    for (const [source, letters] of hostile) {
      it(source, () => {
        // The engine itself, without the filter, which lets few of these through; compiled anew, so nothing is cached.
        const search = (text: string) => engine.compile(source).matches(new Subject(text));
        const [small, large] = [textOf(letters, 4_000), textOf(letters, 40_000)];
        search(small);
        const smallMs = fastest(5, () => search(small));
        const largeMs = fastest(3, () => search(large));
        // Ten times the text: ten times the time, a hundred if it were quadratic. A floor for timer noise.
        assert.ok(largeMs < 40 * Math.max(smallMs, 0.5), `4 kB ${smallMs} ms, 40 kB ${largeMs} ms`);
        assert.ok(largeMs < 20_000);
      });
    }
  });
}

describe('re2js keeps its automaton small', () => {
  it('a pattern of many states stays within its budget, and still gives the right answer', () => {
    const source = '[ab]*a[ab]{14}c';
    const compiled = RE2JS.compile(source, RE2JS.CASE_INSENSITIVE);
    // What re2js does left alone: this shows that the pattern is hungry and the names below still mean something.
    const text = textOf('ab', 20_000);
    compiled.test(text);
    const kept = () => compiled.re2().lazyDFA.stateBudget - compiled.re2().lazyDFA.memBudget;
    assert.ok(kept() > 2 ** 20, `${kept()} bytes`);

    assert.equal(boundCache(compiled), true);
    assert.equal(compiled.test(text), false);
    assert.equal(compiled.test(`${text}abbbbbbbbbbbbbbc`), true);
    assert.ok(kept() <= 2 ** 18, `${kept()} bytes`);
  });
});
