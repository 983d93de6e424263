import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aborted, pause } from '../../src/lib/pause.ts';
import { manualClock } from '../support/clock.ts';

test('a pause ends when its time is over, and not before', async () => {
  const clock = manualClock();
  let over = false;
  void pause(clock, 100).then(() => {
    over = true;
  });
  await clock.advance(99);
  assert.equal(over, false);
  await clock.advance(1);
  assert.equal(over, true);
});

test('an aborted signal ends a pause at once, also one that begins after it', async () => {
  const clock = manualClock();
  const stop = new AbortController();
  const begun = pause(clock, 100, stop.signal);
  stop.abort();
  await begun;
  await pause(clock, 100, stop.signal);
  assert.equal(clock.monotonic(), 0);
});

test('`aborted` resolves with the signal, also when it was aborted before', async () => {
  const stop = new AbortController();
  const waiting = aborted(stop.signal);
  stop.abort();
  await waiting;
  await aborted(stop.signal);
  assert.equal(await Promise.race([aborted(new AbortController().signal), Promise.resolve('open')]), 'open');
});
