import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pace, slackPace } from '../../src/outbox/pacing.ts';
import { backoffMs } from '../../src/outbox/retry-policy.ts';

/** Sends as fast as the pace allows; answers when each went. */
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

test('a burst of three, then one a second', () => {
  assert.deepEqual(run(6), [0, 0, 0, 1_000, 2_000, 3_000]);
});

test('a pause gives the burst back', () => {
  const { tat } = pace(0, 0, slackPace);
  assert.deepEqual(pace(tat, 60_000, slackPace), { tat: 61_000, readyAt: 60_000 });
});

test('back-off doubles from a second to a minute, in its upper half', () => {
  const least = [1, 2, 3, 7, 50].map((attempt) => backoffMs(attempt, () => 0));
  const most = [1, 2, 3, 7, 50].map((attempt) => backoffMs(attempt, () => 0.999999));
  assert.deepEqual(least, [500, 1_000, 2_000, 30_000, 30_000]);
  assert.deepEqual(most.map(Math.round), [1_000, 2_000, 4_000, 60_000, 60_000]);
});
