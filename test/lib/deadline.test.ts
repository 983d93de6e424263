import assert from 'node:assert/strict';
import { test } from 'node:test';
import { within } from '../../src/lib/deadline.ts';
import { deferred } from '../../src/lib/pause.ts';
import { manualClock } from '../support/clock.ts';

/** A manual clock that counts the timers that are still set. */
function countingClock() {
  const clock = manualClock();
  let timers = 0;
  const after = (ms: number, run: () => void) => {
    timers += 1;
    const cancel = clock.after(ms, () => {
      timers -= 1;
      run();
    });
    return () => {
      timers -= 1;
      cancel();
    };
  };
  return { clock, timer: { after }, timers: () => timers };
}

test('work that ends in time resolves with its value, and its timer is cancelled', async () => {
  const { timer, timers } = countingClock();
  assert.deepEqual(await within(timer, 100, Promise.resolve(undefined)), { value: undefined });
  assert.equal(timers(), 0);
});

test('work that takes longer resolves with null; its later result or failure changes nothing', async () => {
  for (const end of ['resolve', 'reject'] as const) {
    const { clock, timer } = countingClock();
    let finish: { resolve: (value: string) => void; reject: (error: Error) => void } | undefined;
    const answer = within(
      timer,
      100,
      new Promise<string>((resolve, reject) => {
        finish = { resolve, reject };
      }),
    );
    await clock.advance(100);
    assert.equal(await answer, null);
    // An unhandled rejection would fail this test file.
    if (end === 'resolve') finish?.resolve('late');
    else finish?.reject(new Error('late'));
    await clock.advance(1);
  }
});

test('work that fails in time rejects with its own error, and its timer is cancelled', async () => {
  const { timer, timers } = countingClock();
  const error = new Error('refused');
  await assert.rejects(within(timer, 100, Promise.reject(error)), error);
  assert.equal(timers(), 0);
});

test('work that ends just before the deadline resolves with its value', async () => {
  const { clock, timer } = countingClock();
  const work = deferred<string>();
  const answer = within(timer, 100, work.promise);
  await clock.advance(99);
  work.resolve('done');
  assert.deepEqual(await answer, { value: 'done' });
});
