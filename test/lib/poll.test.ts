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

test('a poll runs at once and again after its interval, one run at a time', async () => {
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

test('a poll that is woken during a run runs exactly once more after it, however often it was woken', async () => {
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

test('a failed run is reported and the next one follows; a stop waits for the current run and starts no other', async () => {
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

test('a poll runs again when more is due, and after its interval at the latest', async () => {
  const timer = manualClock();
  const due = [100, 5_000, -1, 500];
  const at: number[] = [];
  const start = timer.now();
  const poll = createPoll({
    timer,
    everyMs: 500,
    run: async () => void at.push(timer.now() - start),
    dueIn: async () => due.shift() ?? Number.POSITIVE_INFINITY,
    onError: assert.ifError,
  });
  poll.start();
  await timer.advance(1_200);
  assert.deepEqual(at, [0, 100, 600, 600, 1_100]);
  await poll.stop();
});

test('a fault that stays the same is reported once, another one at once, and the same one again after it worked', async () => {
  const faults = ['no', 'no', 'gone', 'gone', null, 'gone'];
  const errors: string[] = [];
  const clock = manualClock();
  const poll = createPoll({
    ...{ timer: clock, everyMs: 100 },
    async run() {
      const fault = faults.shift() ?? null;
      if (fault !== null) throw new Error(fault);
    },
    onError: (error) => errors.push((error as Error).message),
  });
  poll.start();
  await clock.advance(1_000);
  await poll.stop();
  assert.deepEqual(errors, ['no', 'gone', 'gone']);
});

test('a wake for nothing has the next wakes wait for the rest, but not a run that is due', async () => {
  const clock = manualClock();
  const start = clock.now();
  const at: number[] = [];
  const works = [true, false, false, true, true, false];
  const due = [1_000, 1_000, 6, 1_000, 5];
  const poll = createPoll({
    ...{ timer: clock, everyMs: 1_000, restMs: 10 },
    async run() {
      at.push(clock.now() - start);
      return works.shift() ?? true;
    },
    dueIn: async () => due.shift() ?? 1_000,
    onError: assert.ifError,
  });
  poll.start();
  await clock.advance(100);
  poll.wake();
  await clock.advance(2);
  poll.wake();
  await clock.advance(20);
  assert.deepEqual(at, [0, 100, 110, 116]);
  poll.wake();
  await clock.advance(0);
  await clock.advance(6);
  poll.wake();
  await clock.advance(0);
  assert.deepEqual(at.slice(4), [122, 127, 128], 'a run that was due and had nothing to do is followed by no rest');
  await poll.stop();
});
