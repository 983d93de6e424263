import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PatternRefused } from '../../src/domain/errors.ts';
import { createPatternSet, createPatternTools } from '../../src/patterns/index.ts';
import { requiredClauses } from '../../src/patterns/literals.ts';
import { Matcher } from '../../src/patterns/matcher.ts';
import { Memory } from '../../src/patterns/memory.ts';
import { readable } from '../../src/patterns/readable.ts';
import { readPattern } from '../../src/patterns/syntax.ts';
import { translate } from '../../src/patterns/translate.ts';
import { Random } from '../support/random.ts';
import { found } from './found.ts';
import { naive } from './naive.ts';
import { randomPattern, randomText } from './random.ts';

const tools = createPatternTools();

/** The accepted patterns of one round, each with the naive search as the reference. */
function acceptedPatterns(random: Random, count: number) {
  const accepted = new Map<string, { source: string; judge: (text: string) => boolean }>();
  for (let id = 0; id < count; id++) {
    const source = randomPattern(random);
    try {
      tools.check(source);
    } catch (error) {
      assert.ok(error instanceof PatternRefused, `${source}: ${String(error)}`);
      continue;
    }
    accepted.set(String(id), { source, judge: naive(source) });
  }
  return accepted;
}

describe('a set compared with a naive search over all patterns', () => {
  for (let seed = 1; seed <= 12; seed++) {
    it(`finds the same patterns with seed ${seed}`, () => {
      const random = new Random(seed);
      const patterns = acceptedPatterns(random, 300);
      const set = createPatternSet();
      for (const [id, { source }] of patterns) set.add(id, source);
      let hits = 0;
      for (let round = 0; round < 100; round++) {
        const text = randomText(random);
        const expected = [...patterns].filter(([, { judge }]) => judge(text)).map(([id]) => id);
        const first = found(set, text);
        hits += first.length;
        const wrong = [
          ...expected.filter((id) => !first.includes(id)),
          ...first.filter((id) => !expected.includes(id)),
        ];
        const sources = wrong.map((id) => patterns.get(id)?.source);
        assert.deepEqual(sources, [], `on ${JSON.stringify(text)}`);
        assert.equal(first.length, expected.length);
      }
      assert.ok(patterns.size > 100 && hits > 500, `${patterns.size} patterns, ${hits} hits: too tame to prove much`);
    });
  }
});

describe('one automaton compared with the naive search', () => {
  it('finds the same alone, in a group, without a table, and as spans', () => {
    const random = new Random(77);
    const roomy = new Memory(2 ** 22);
    const tight = new Memory(20_000);
    const endless = () => ({ units: Number.POSITIVE_INFINITY, perCharacter: 0 });
    for (let round = 0; round < 25; round++) {
      const patterns = [...acceptedPatterns(random, 40).values()];
      const group = new Matcher(
        patterns.map(({ source }) => source),
        roomy,
      );
      const alone = patterns.map(({ source }) => [new Matcher([source], roomy), new Matcher([source], tight)]);
      for (let count = 0; count < 12; count++) {
        const raw = random.many(6, () => randomText(random));
        const text = readable(raw);
        const expected = patterns.map(({ judge }) => (judge(raw) ? 1 : 0));
        assert.ok(group.search(text, endless()));
        assert.deepEqual([...group.found], expected, JSON.stringify(text));
        patterns.forEach(({ source }, index) => {
          for (const matcher of alone[index] ?? []) {
            assert.ok(matcher.search(text, endless()));
            assert.equal(matcher.found[0], expected[index], `${source} on ${JSON.stringify(text)}`);
          }
          if (count === 0) assert.equal(tools.spans(source, raw).length > 0 ? 1 : 0, expected[index], source);
        });
      }
      assert.ok(tight.used <= 40_000, `${tight.used} bytes`);
    }
  });
});

describe('the random patterns', () => {
  it('are understood by our parser if they are accepted, and most have literals', () => {
    const random = new Random(99);
    const sources = [...acceptedPatterns(random, 3_000).values()].map(({ source }) => source);
    const structures = sources.map((source) => ({ source, structure: readPattern(translate(source)) }));
    assert.deepEqual(
      structures.filter(({ structure }) => structure === null),
      [],
    );
    const filtered = structures.filter(({ structure }) => structure !== null && requiredClauses(structure).length > 0);
    assert.ok(filtered.length > sources.length / 2, `${filtered.length} of ${sources.length} have literals`);
  });
});
