import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorMessage } from '../../src/lib/error-message.ts';

test('an error is shown by its message, anything else that was thrown as text', () => {
  assert.equal(errorMessage(new TypeError('not a number')), 'not a number');
  assert.equal(errorMessage('refused'), 'refused');
  assert.equal(errorMessage(undefined), 'undefined');
});
