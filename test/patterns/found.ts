import assert from 'node:assert/strict';
import type { PatternSet } from '../../src/ports/patterns.ts';

/** What a set finds in a text that it can match at once, but for what it still has to compile for it. */
export function found(set: PatternSet, text: string): string[] {
  for (let attempt = 0; attempt < 500; attempt++) {
    const ids = set.match(text);
    if (ids !== null) return ids;
  }
  assert.fail('the set does not match this text at once');
}
