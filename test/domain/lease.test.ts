import assert from 'node:assert/strict';
import { it } from 'node:test';
import { StoreUnavailable } from '../../src/domain/errors.ts';
import { createLease, holdEveryMs } from '../../src/domain/lease.ts';
import { manualClock } from '../support/clock.ts';

/** Programs that ask one store, as SQLite's does it. */
function setUp() {
  const clock = manualClock();
  const rows = new Map<string, { owner: number; until: number }>();
  const state = { asked: 0, fails: false, delayMs: 0 };
  const program = (owner: number) =>
    createLease(
      {
        async lease(name, now, ms) {
          state.asked += 1;
          if (state.fails) throw new StoreUnavailable('The disk is full.');
          const row = rows.get(name);
          const isTaken = row === undefined || row.owner === owner || row.until <= now;
          if (isTaken) rows.set(name, { owner, until: now + ms });
          clock.skip(state.delayMs);
          return isTaken;
        },
      },
      'watch',
      clock,
    );
  return { clock, state, one: program(1), other: program(2) };
}

it('a lease that is held every second is never lost, and the store is asked every 7 s', async () => {
  const { clock, state, one, other } = setUp();
  for (let second = 0; second < 300; second += 1) {
    assert.equal(await one.hold(), true);
    await clock.advance(1_000);
    assert.equal(one.isHeld(), true);
  }
  assert.equal(state.asked, Math.ceil(300 / 7));
  assert.deepEqual([await other.hold(), other.isHeld()], [false, false]);
});

it('20 s after the last prolongation another program takes the lease over', async () => {
  const { clock, one, other } = setUp();
  await one.hold();
  await clock.advance(19_999);
  assert.deepEqual([one.isHeld(), await other.hold()], [true, false]);
  await clock.advance(1);
  assert.deepEqual([one.isHeld(), await other.hold(), await one.hold()], [false, true, false]);
});

it('a task that waits gets the lease in time, also when the one that would have been the next to ask is killed', async () => {
  const { clock, one, other } = setUp();
  await one.hold();
  const killedAt = clock.monotonic();
  while (!(await other.hold())) await clock.advance(holdEveryMs);
  const waited = clock.monotonic() - killedAt;
  assert.ok(waited + holdEveryMs < 30_000, `${waited} ms`);
});

it('while the store is unavailable a lease counts until its end', async () => {
  const { clock, state, one } = setUp();
  await one.hold();
  state.fails = true;
  await clock.advance(12_000);
  await assert.rejects(one.hold(), StoreUnavailable);
  assert.equal(one.isHeld(), true);
  await clock.advance(8_000);
  await assert.rejects(one.hold(), StoreUnavailable);
  assert.equal(one.isHeld(), false);
  state.fails = false;
  assert.equal(await one.hold(), true);
});

it('a jump of the wall clock does not lengthen what a program believes to hold', async () => {
  const { clock, one } = setUp();
  await one.hold();
  clock.jump(-3_600_000);
  await clock.advance(30_000);
  assert.equal(one.isHeld(), false);
});

it('a lease whose taking lasted longer than the lease itself is not held', async () => {
  const { state, one } = setUp();
  state.delayMs = 31_000;
  assert.equal(await one.hold(), false);
});
