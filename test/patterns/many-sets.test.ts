import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPatternSet } from '../../src/patterns/index.ts';
import { Memory } from '../../src/patterns/memory.ts';

test('the sets of a thousand teams share what does not depend on their patterns', () => {
  const memory = new Memory(1024 * 1024);
  const before = process.memoryUsage().arrayBuffers;
  const sets = Array.from({ length: 1_000 }, (_, team) => {
    const set = createPatternSet(undefined, memory);
    for (let n = 0; n < 5; n += 1) set.add(`s${n}`, `team${team}db${n} is (full|slow)`);
    assert.deepEqual(set.match(`team${team}db3 is full`), ['s3']);
    return set;
  });
  const each = (process.memoryUsage().arrayBuffers - before) / sets.length;
  assert.ok(each < 32 * 1024, `${Math.round(each)} bytes of tables a set`);
});
