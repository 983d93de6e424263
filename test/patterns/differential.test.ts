import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RE2JS } from 're2js';
import { PatternRefused } from '../../src/domain/errors.ts';
import { wellFormed } from '../../src/patterns/engine.ts';
import { createPatternSet, type Engine } from '../../src/patterns/index.ts';
import { requiredClauses } from '../../src/patterns/literals.ts';
import { readPattern } from '../../src/patterns/syntax.ts';
import { installedEngines } from './engines.ts';
import { Random, randomPattern, randomText } from './random.ts';

/** The patterns of one round that the engine accepts, each with re2js as the judge. */
function acceptedPatterns(random: Random, engine: Engine, count: number) {
  const accepted = new Map<string, { source: string; judge: RE2JS }>();
  for (let id = 0; id < count; id++) {
    const source = randomPattern(random);
    try {
      engine.compile(source);
    } catch (error) {
      assert.ok(error instanceof PatternRefused, `${source}: ${String(error)}`);
      continue;
    }
    accepted.set(String(id), { source, judge: RE2JS.compile(source, RE2JS.CASE_INSENSITIVE) });
  }
  return accepted;
}

const engines = await installedEngines();

for (const engine of engines) {
  describe(`two stages on ${engine.name} against a loop of re2js over all patterns`, () => {
    for (let seed = 1; seed <= 12; seed++) {
      it(`the same hits, seed ${seed}`, () => {
        const random = new Random(seed);
        const patterns = acceptedPatterns(random, engine, 400);
        const set = createPatternSet({ engine });
        for (const [id, { source }] of patterns) set.add(id, source);
        let hits = 0;
        for (let round = 0; round < 150; round++) {
          const text = randomText(random);
          const expected = [...patterns].filter(([, { judge }]) => judge.test(wellFormed(text))).map(([id]) => id);
          const found = set.match(text);
          hits += found.length;
          const wrong = [
            ...expected.filter((id) => !found.includes(id)),
            ...found.filter((id) => !expected.includes(id)),
          ];
          const sources = wrong.map((id) => patterns.get(id)?.source);
          assert.deepEqual(sources, [], `on ${JSON.stringify(text)}`);
          assert.equal(found.length, expected.length);
        }
        assert.ok(
          patterns.size > 150 && hits > 1_000,
          `${patterns.size} patterns, ${hits} hits: too tame to prove much`,
        );
      });
    }
  });
}

describe('the random patterns', () => {
  it('are understood by the literal reader wherever re2js accepts them, and most have literals', () => {
    const random = new Random(99);
    const [engine] = engines as [Engine];
    const sources = [...acceptedPatterns(random, engine, 3_000).values()].map(({ source }) => source);
    const structures = sources.map((source) => ({ source, structure: readPattern(source) }));
    assert.deepEqual(
      structures.filter(({ structure }) => structure === null),
      [],
    );
    const filtered = structures.filter(({ structure }) => structure !== null && requiredClauses(structure).length > 0);
    assert.ok(filtered.length > sources.length / 2, `${filtered.length} of ${sources.length} have literals`);
  });

  it('are accepted or refused alike by all engines', (context) => {
    const [first, second] = engines;
    if (second === undefined) return context.skip('native re2 is not installed');
    const random = new Random(7);
    const verdict = (engine: Engine, source: string) => {
      try {
        return typeof engine.compile(source);
      } catch (error) {
        return error instanceof Error ? error.message : error;
      }
    };
    for (let count = 0; count < 5_000; count++) {
      const source = randomPattern(random);
      assert.equal(verdict(second, source), verdict(first as Engine, source));
    }
  });
});
