import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPoll } from '../../src/lib/poll.ts';
import { manualClock, settled } from '../support/clock.ts';

function setUp() {
  const timer = manualClock();
  const runs: (() => void)[] = [];
  const errors: unknown[] = [];
  let fails = false;
  const poll = createPoll({
    timer,
    everyMs: 500,
    async run() {
      await new Promise<void>((resolve) => runs.push(resolve));
      if (fails) throw new Error('no');
    },
    onError: (error) => errors.push(error),
  });
  return { timer, runs, errors, poll, fail: () => (fails = true) };
}

test('a poll runs at once, then again after its time, one run at a time', async () => {
  const { timer, runs, poll } = setUp();
  poll.start();
  await timer.advance(5_000);
  assert.equal(runs.length, 1, 'the first one has not ended');
  runs[0]?.();
  await timer.advance(499);
  assert.equal(runs.length, 1);
  await timer.advance(1);
  assert.equal(runs.length, 2);
});

test('a poll that is woken during a run runs once more at its end, however often it was woken', async () => {
  const { timer, runs, poll } = setUp();
  poll.start();
  await settled();
  for (let n = 0; n < 5; n += 1) poll.wake();
  await timer.advance(1);
  runs[0]?.();
  await timer.advance(1);
  assert.equal(runs.length, 2);
  runs[1]?.();
  await timer.advance(400);
  assert.equal(runs.length, 2);
});

test('a failed run is told, and the next one comes; a stop waits for the run under way and starts no more', async () => {
  const { timer, runs, errors, poll, fail } = setUp();
  poll.wake();
  fail();
  poll.start();
  await settled();
  runs[0]?.();
  await timer.advance(500);
  assert.deepEqual([runs.length, errors.length], [2, 1]);
  let stopped = false;
  const stopping = poll.stop().then(() => {
    stopped = true;
  });
  await timer.advance(1_000);
  assert.equal(stopped, false);
  runs[1]?.();
  await stopping;
  poll.wake();
  await timer.advance(1_000);
  assert.equal(runs.length, 2);
});
