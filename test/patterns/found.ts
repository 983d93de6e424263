import assert from 'node:assert/strict';
import type { PatternSet } from '../../src/ports/patterns.ts';

/** Returns the matches in a text that is within the budget, once all patterns for it are compiled. */
export function found(set: PatternSet, text: string): string[] {
  for (let attempt = 0; attempt < 500; attempt++) {
    const ids = set.match(text);
    if (ids !== null) return ids;
  }
  assert.fail('the set does not match this text at once');
}
