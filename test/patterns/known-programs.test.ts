import assert from 'node:assert/strict';
import { it } from 'node:test';
import { PatternRefused } from '../../src/domain/errors.ts';
import { createKnownPrograms } from '../../src/patterns/known-programs.ts';

it('the programs that were used last are kept, within a bound', () => {
  const programOf = createKnownPrograms();
  const [first, second] = [programOf('disk full'), programOf('out of memory')];
  for (let n = 0; n < 20_000; n += 1) {
    programOf(`pattern ${n}`);
    if (n % 100 === 0) assert.equal(programOf('disk full'), first);
  }
  assert.equal(programOf('disk full'), first);
  assert.notEqual(programOf('out of memory'), second);
  assert.deepEqual(programOf('out of memory'), second);
});

it('a program of more than 64 KiB is not kept', () => {
  const programOf = createKnownPrograms();
  const source = Array.from({ length: 30 }, (_, n) => `[\\p{L}${String.fromCodePoint(0x2190 + n)}]`).join('');
  assert.notEqual(programOf(source), programOf(source));
});

it('a pattern that is refused is refused each time', () => {
  const programOf = createKnownPrograms();
  for (let n = 0; n < 2; n += 1) assert.throws(() => programOf('('), PatternRefused);
});
