import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { aborted, orAborted, pause } from '../../src/lib/pause.ts';
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

test('an aborted signal ends a pause at once, even if the pause begins after the abort', async () => {
  const clock = manualClock();
  const stop = new AbortController();
  const begun = pause(clock, 100, stop.signal);
  stop.abort();
  await begun;
  await pause(clock, 100, stop.signal);
  assert.equal(clock.monotonic(), 0);
});

test('`aborted` resolves when its signal is aborted, and at once if it was aborted before', async () => {
  const stop = new AbortController();
  const waiting = aborted(stop.signal);
  stop.abort();
  await waiting;
  await aborted(stop.signal);
  assert.equal(await Promise.race([aborted(new AbortController().signal), Promise.resolve('open')]), 'open');
});

test('`orAborted` resolves with its work or the abort, rejects with its work, and leaves no listener behind', async () => {
  const stop = new AbortController();
  const never = new Promise(() => {});
  await orAborted(Promise.resolve(1), stop.signal);
  await orAborted(Promise.resolve(1), undefined);
  await assert.rejects(orAborted(Promise.reject(new Error('no')), stop.signal), /no/);
  assert.equal(getEventListeners(stop.signal, 'abort').length, 0);
  const waiting = orAborted(never, stop.signal);
  stop.abort();
  await waiting;
  await orAborted(never, stop.signal);
  assert.equal(getEventListeners(stop.signal, 'abort').length, 0);
});
