import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryUntil } from '../../src/lib/retry.ts';
import { manualClock } from '../support/clock.ts';

test('a rejected run is repeated until its time is over, and then the last error is thrown', async () => {
  const clock = manualClock();
  let tries = 0;
  const options = { clock, everyMs: 500, endsAt: clock.monotonic() + 2_000 };
  const good = retryUntil(options, async () => {
    tries += 1;
    if (tries < 3) throw new Error('full');
    return tries;
  });
  await clock.advance(1_000);
  assert.equal(await good, 3);
  tries = 0;
  const bad = retryUntil({ ...options, endsAt: clock.monotonic() + 2_000 }, async () => {
    tries += 1;
    throw new Error(`full ${tries}`);
  });
  const rejected = assert.rejects(bad, /full 4/);
  await clock.advance(5_000);
  await rejected;
});
