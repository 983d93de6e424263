import assert from 'node:assert/strict';
import { test } from 'node:test';
import pino from 'pino';
import { every } from '../../src/lib/every.ts';
import { deferred } from '../../src/lib/pause.ts';
import { manualClock } from '../support/clock.ts';

const silent = pino({ level: 'silent' });

test('a task runs again after its interval, even if it failed, until it is stopped', async () => {
  const clock = manualClock();
  let runs = 0;
  const task = () => {
    runs += 1;
    if (runs === 2) throw new Error('once');
  };
  const stop = every(1_000, 'test', task, clock, silent);
  await clock.advance(999);
  assert.equal(runs, 0);
  await clock.advance(3_001);
  assert.equal(runs, 4);
  stop();
  await clock.advance(10_000);
  assert.equal(runs, 4);
});

test('a task is not started again while it runs, nor after it was stopped during a run', async () => {
  const clock = manualClock();
  const first = deferred<void>();
  let runs = 0;
  const task = () => {
    runs += 1;
    return first.promise;
  };
  const stop = every(1_000, 'test', task, clock, silent);
  await clock.advance(5_000);
  assert.equal(runs, 1);
  stop();
  first.resolve();
  await clock.advance(5_000);
  assert.equal(runs, 1);
});
