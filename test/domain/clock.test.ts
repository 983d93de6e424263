import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createJumpWatch, createLifetimes } from '../../src/domain/clock.ts';
import { trust, trustedAfterMs } from '../../src/domain/trusted-time.ts';
import { manualClock } from '../support/clock.ts';

const hour = 3_600_000;
const day = 24 * hour;
const jumps = [hour, day, 40 * day];

test('a jump of the wall clock is reported once with size and direction, and normal time is no jump', async () => {
  const clock = manualClock();
  const jumped = createJumpWatch(clock);
  await clock.advance(60_000);
  clock.skip(day);
  assert.equal(jumped(), 0);
  for (const by of [...jumps, ...jumps.map((ms) => -ms), 1_000, -1_000]) {
    clock.jump(by);
    await clock.advance(500);
    assert.equal(jumped(), by);
    assert.equal(jumped(), 0);
  }
  clock.jump(999);
  assert.equal(jumped(), 0, 'a correction of less than a second is no jump');
});

test('a period that began while the clock was ahead lasts for its length after the clock is set back', () => {
  for (const by of jumps) {
    const clock = manualClock();
    const lifetimes = createLifetimes(clock);
    clock.jump(by);
    const from = clock.now();
    const left = () => lifetimes.left(from, from + 1_800_000, clock.now());
    assert.equal(left(), 1_800_000);
    clock.jump(-by);
    assert.equal(left(), 1_800_000);
    clock.skip(1_799_999);
    assert.equal(left(), 1);
    clock.skip(1);
    assert.equal(left(), 0);
  }
});

test('a clock that is set back by mistake and corrected does not change periods', () => {
  for (const by of jumps) {
    const clock = manualClock();
    const lifetimes = createLifetimes(clock);
    const from = clock.now();
    const left = () => lifetimes.left(from, from + 1_800_000, clock.now());
    clock.skip(60_000);
    clock.jump(-by);
    assert.ok(left() <= 1_800_000);
    clock.jump(by);
    assert.equal(left(), 1_740_000);
  }
});

test('trusted time follows the clock while it is right, and back at once', () => {
  const known = { at: 1_000 * day, aheadMs: 0 };
  assert.deepEqual(trust(known, 1_000 * day + hour, hour), { at: 1_000 * day + hour, aheadMs: 0 });
  for (const by of jumps) assert.deepEqual(trust(known, known.at - by, 0), { at: known.at - by, aheadMs: 0 });
});

test('trusted time goes no faster than time passes, until the clock has stayed ahead for 25 hours', () => {
  for (const by of [2 * hour, day, 40 * day]) {
    let known = { at: 1_000 * day, aheadMs: 0 };
    const start = known.at;
    let passed = 0;
    while (passed + hour < trustedAfterMs) {
      passed += hour;
      known = trust(known, start + by + passed, hour);
      assert.equal(known.at, start + passed);
    }
    assert.equal(
      trust(known, start + passed, 0).at,
      start + passed,
      'and the clock is corrected: nothing has happened',
    );
    known = trust(known, start + by + passed + hour, hour);
    assert.equal(known.at, start + by + passed + hour);
  }
});
