import assert from 'node:assert/strict';
import type { Rollup } from '../../src/ports/history-store.ts';
import type { On } from './store-setup.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const rollup = (check: string, from: number, more: Partial<Rollup> = {}): Rollup => ({
  ...{ check, span: 'hour', from, total: 60, up: 59, latencies: { 30: 58, 44: 1 }, ...more },
});

/** Rollups of checks. */
export function checkHistoryContract(on: On): void {
  on('rollups are read by check, span and start, oldest first', async ({ store, open }) => {
    const [late, early] = [rollup('shop', 2 * hourMs), rollup('shop', hourMs, { up: 0, latencies: {} })];
    const day = rollup('shop', 0, { span: 'day', total: 1_440 });
    const other = rollup('db', hourMs);
    await store.writeRollups([late, early, day, other]);
    assert.deepEqual(await store.rollups(['shop'], 'hour', 0), [early, late]);
    assert.deepEqual(await store.rollups(['shop', 'none', 'db'], 'hour', hourMs + 1), [late]);
    assert.deepEqual(await (await open()).rollups(['db', 'shop'], 'day', 0), [day]);
    assert.deepEqual(await store.rollups([], 'hour', 0), []);
  });

  on('a rollup replaces the one with the same check, span and start', async ({ store }) => {
    await store.writeRollups([rollup('shop', hourMs), rollup('shop', hourMs, { span: 'day' })]);
    const later = rollup('shop', hourMs, { total: 61, latencies: { 80: 2 } });
    await store.writeRollups([later]);
    assert.deepEqual(await store.rollups(['shop'], 'hour', 0), [later]);
    assert.equal((await store.rollups(['shop'], 'day', 0))[0]?.total, 60);
  });

  on('hours are kept for 8 days and days for 400, of all checks', async ({ store, clock }) => {
    const now = clock.now();
    const checks = Array.from({ length: 170 }, (_, index) => `check-${index}`);
    const [freshHour, freshDay] = [now - 8 * dayMs + 1, now - 400 * dayMs + 1];
    for (const at of [0, 1, 2]) {
      const some = checks.slice(at * 60, at * 60 + 60);
      await store.writeRollups(some.flatMap((check) => [rollup(check, now - 8 * dayMs - 1), rollup(check, freshHour)]));
      await store.writeRollups(
        some.flatMap((check) => [
          rollup(check, now - 400 * dayMs - 1, { span: 'day' }),
          rollup(check, freshDay, { span: 'day' }),
        ]),
      );
    }
    await store.prune(now - dayMs);
    for (const [span, from] of [
      ['hour', freshHour],
      ['day', freshDay],
    ] as const) {
      const left = await store.rollups(checks, span, 0);
      assert.equal(left.length, checks.length, span);
      assert.ok(
        left.every((each) => each.from === from),
        span,
      );
    }
  });
}
