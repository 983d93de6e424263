import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDetours, shareDetours } from '../../src/pipeline/detours.ts';
import { newsHub } from '../support/news.ts';

test('while a program matches a slow message, later ones of its channel wait at the other programs as well', () => {
  const hub = newsHub();
  const [one, other] = [0, 1].map(() =>
    shareDetours(
      createDetours(() => 0),
      hub(),
    ),
  );
  assert.ok(one && other);
  const slow = { team: 'T1', channel: 'C1', key: 'k1' };
  one.enter(slow);
  assert.deepEqual(
    [one.isOpen(slow), other.isOpen(slow), other.isOpen({ ...slow, channel: 'C2' })],
    [true, true, false],
  );
  // The other program claimed the scan.
  other.leave(slow);
  assert.deepEqual([one.isOpen(slow), other.isOpen(slow)], [false, false]);
});
