import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHolds, shareHolds } from '../../src/outbox/holds.ts';
import { newsHub } from '../support/news.ts';

test('a hold ends by itself, a shorter one does not replace it, and each team has its own', () => {
  let now = 0;
  const holds = createHolds(() => now);
  assert.deepEqual([holds.teams(), holds.firstEndsIn(), holds.reason()], [[], Number.POSITIVE_INFINITY, null]);
  holds.hold('T1', 5_000, 'ratelimited');
  holds.hold('T1', 1_000, 'ratelimited');
  holds.hold('T2', 2_000, 'token_revoked');
  assert.deepEqual([holds.teams(), holds.firstEndsIn()], [['T1', 'T2'], 2_000]);
  assert.equal(holds.reason(), 'ratelimited (2 workspaces)');
  now = 2_000;
  assert.deepEqual([holds.teams(), holds.firstEndsIn(), holds.reason()], [['T1'], 3_000, 'ratelimited']);
  now = 5_000;
  assert.deepEqual([holds.teams(), holds.reason()], [[], null]);
});

test('programs on one store share holds, also with one that starts later', () => {
  let now = 0;
  const join = newsHub();
  const start = () =>
    shareHolds(
      createHolds(() => now),
      join(),
    );
  const [a, b] = [start(), start()];
  a.hold('T1', 5_000, 'ratelimited');
  b.hold('T1', 1_000, 'ratelimited');
  now = 1_000;
  const late = start();
  for (const each of [a, b, late]) {
    assert.deepEqual(each.list(), [{ team: 'T1', ms: 4_000, reason: 'ratelimited' }]);
  }
});
