import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createPatternSet } from '../../src/patterns/index.ts';
import { Random } from '../support/random.ts';
import { found } from './found.ts';

/** Patterns and texts of few words, so that the same literals are added and removed repeatedly. */
function vocabulary(random: Random) {
  const word = () => random.many(3, () => random.pick(['ka', 'So', 'ri', 'té', 'n', '7']));
  const source = () =>
    random.pick([
      word(),
      `${word()}|${word()}`,
      `${word()}.*${word()}`,
      `\\d${word()}`,
      '[^a-z ]{4}',
      `\\b${word()}\\b`,
    ]);
  const text = () => random.many(8, () => `${random.pick([word(), word().toUpperCase()])} `);
  return { source, text };
}

it('after random adds, replacements and removals a set matches like a new one', async () => {
  for (let seed = 1; seed <= 4; seed++) {
    const random = new Random(seed);
    const { source, text } = vocabulary(random);
    const set = createPatternSet();
    const truth = new Map<string, string>();
    for (let step = 0; step < 1_500; step++) {
      const id = String(random.below(400));
      // Phases of growth and decline, so that segments are filled, merged and rebuilt.
      const growing = Math.floor(step / 500) % 2 === 0;
      if (random.next() < (growing ? 0.8 : 0.1)) {
        const pattern = source();
        set.add(id, pattern);
        truth.set(id, pattern);
      } else {
        set.remove(id);
        truth.delete(id);
      }
      if (random.next() < 0.2) set.match(text());
      // Merges continue meanwhile.
      if (step % 7 === 0) await setImmediate();
      if (step % 100 !== 0) continue;
      const fresh = createPatternSet();
      for (const [key, pattern] of truth) fresh.add(key, pattern);
      assert.equal(set.size, truth.size);
      for (let count = 0; count < 20; count++) {
        const message = text();
        assert.deepEqual(found(set, message).sort(), found(fresh, message).sort(), message);
      }
    }
  }
});

it('an added pattern matches from the next text on, whatever happens in between', async () => {
  const set = createPatternSet();
  for (let count = 0; count < 700; count++) {
    set.add(`id${count}`, `needle${count}x`);
    if (count % 5 === 0) await setImmediate();
    assert.deepEqual(found(set, `a NEEDLE${count}X here`), [`id${count}`]);
    assert.deepEqual(found(set, `a needle${count >> 1}x here`), [`id${count >> 1}`]);
  }
  for (let count = 0; count < 700; count++) {
    set.remove(`id${count}`);
    assert.deepEqual(found(set, `a needle${count}x here`), []);
  }
  assert.equal(set.size, 0);
});
