import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffMs } from '../../src/lib/backoff.ts';
import { pace, slackPace } from '../../src/outbox/pacing.ts';

/** Sends as fast as the pace allows, and returns the time of each message. */
function run(messages: number, startAt = 0): number[] {
  const times: number[] = [];
  let now = startAt;
  let tat = 0;
  for (let index = 0; index < messages; index += 1) {
    times.push(now);
    const next = pace(tat, now, slackPace);
    tat = next.tat;
    now = next.readyAt;
  }
  return times;
}

test('the pace allows a burst of three messages, then one a second', () => {
  assert.deepEqual(run(6), [0, 0, 0, 1_000, 2_000, 3_000]);
});

test('the burst is available again after a pause', () => {
  const { tat } = pace(0, 0, slackPace);
  assert.deepEqual(pace(tat, 60_000, slackPace), { tat: 61_000, readyAt: 60_000 });
});

test('the backoff doubles from a second to a minute, with equal jitter', () => {
  const least = [1, 2, 3, 7, 50].map((attempt) => backoffMs(attempt, () => 0));
  const most = [1, 2, 3, 7, 50].map((attempt) => backoffMs(attempt, () => 0.999999));
  assert.deepEqual(least, [500, 1_000, 2_000, 30_000, 30_000]);
  assert.deepEqual(most.map(Math.round), [1_000, 2_000, 4_000, 60_000, 60_000]);
});
