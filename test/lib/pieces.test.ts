import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pieces } from '../../src/lib/pieces.ts';

test('a text is cut into pieces that make it again, and no letter is cut in two', () => {
  assert.deepEqual(pieces('', 3), ['']);
  assert.deepEqual(pieces('abc', 3), ['abc']);
  assert.deepEqual(pieces('abcd', 3), ['abc', 'd']);
  assert.deepEqual(pieces('ab😀cd', 3), ['ab', '😀c', 'd']);
});
