import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minuteStore } from '../../src/http/minute-store.ts';
import { manualClock } from '../support/clock.ts';

test('the limit of a minute is over after a minute, also when the clock is set back meanwhile', () => {
  const clock = manualClock();
  const store = new (minuteStore(clock))();
  const ask = () => {
    let current = 0;
    store.incr('address', (_error, result) => (current = result?.current ?? 0), 60_000);
    return current;
  };
  assert.deepEqual([ask(), ask()], [1, 2]);
  clock.jump(-86_400_000);
  clock.skip(59_999);
  assert.equal(ask(), 3);
  clock.skip(1);
  assert.equal(ask(), 1);
});
