import assert from 'node:assert/strict';
import { test } from 'node:test';
import { downSignal, upSignal } from '../../../src/modules/watch/signals.ts';
import { judge, noVerdict } from '../../../src/modules/watch/verdict.ts';
import { check, failure, result } from './support.ts';

test('a card names the number of failures, and their time if there were several', () => {
  const why = failure('Connection refused.');
  for (const ofMs of [null, 300_000]) {
    const once = check('a', { fail: { count: 1, ofMs } });
    const down = judge(noVerdict, once.fail, result(1_000, { failure: why }));
    assert.equal(downSignal(once, down, why, 1_000).text, 'Connection refused.\n1 failed attempt.');
    assert.match(upSignal(once, down, why, '200', 61_000).text, /^200\n1 failed attempt in 1m\.$/);
    const longer = judge(down, once.fail, result(31_000, { failure: why }));
    assert.equal(downSignal(once, longer, why, 31_000).text, 'Connection refused.\n2 failed attempts in 30s.');
  }
});
