import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRecords } from '../../../src/modules/watch/records.ts';
import type { Rollup } from '../../../src/ports/history-store.ts';
import { manualClock } from '../../support/clock.ts';
import { fakeHistory, noon, rollup } from './fakes.ts';

const [hourMs, dayMs] = [3_600_000, 86_400_000];
const today = noon - (noon % dayMs);
const thisHour = noon - (noon % hourMs);

function setUp(rollups: Rollup[] = [], now = noon) {
  const clock = manualClock(now);
  const store = fakeHistory(rollups);
  return { clock, store, records: createRecords({ store, clock }) };
}

test('a check without samples has no uptime and no latency', async () => {
  const { records } = setUp();
  const record = (await records.of(['shop'])).get('shop');
  assert.deepEqual(record?.uptime, { day: null, week: null, days30: null, days90: null });
  assert.deepEqual(record?.latency, { p50: null, p95: null });
  assert.equal(record?.days.length, 90);
  assert.equal(record?.hours.length, 24);
});

test('uptime of 24 hours is that of hours, the others are those of UTC days with today so far', async () => {
  const { records } = setUp([
    rollup('shop', 'hour', thisHour, 30, 29, 50),
    rollup('shop', 'hour', thisHour - 23 * hourMs, 60, 60, 900),
    rollup('shop', 'hour', thisHour - 24 * hourMs, 60, 0),
    rollup('shop', 'day', today, 100, 99),
    rollup('shop', 'day', today - 7 * dayMs, 100, 0),
    rollup('shop', 'day', today - 30 * dayMs, 100, 50),
  ]);
  const record = (await records.of(['shop'])).get('shop');
  assert.deepEqual(record?.uptime, { day: 89 / 90, week: 0.99, days30: 99 / 200, days90: 149 / 300 });
  const { p50, p95 } = record?.latency ?? {};
  assert.ok((p50 ?? 0) >= 900 && (p95 ?? 0) >= 900, 'of the sum of all hours');
  assert.ok((record?.hours.at(-1)?.p95 ?? 0) < 60);
  assert.equal(record?.hours[1]?.p95, null);
});

test('records are read once in 30 s, and then only what may have changed', async () => {
  const rollups = [rollup('shop', 'day', today - dayMs, 10, 5), rollup('shop', 'day', today, 10, 10)];
  const { records, store, clock } = setUp(rollups);
  const uptime = async () => (await records.of(['shop'])).get('shop')?.uptime.days90;
  assert.equal(await uptime(), 0.75);
  assert.equal(await uptime(), 0.75);
  assert.deepEqual(store.reads, [
    [1, 'day'],
    [1, 'hour'],
  ]);
  rollups[1] = rollup('shop', 'day', today, 30, 30);
  await clock.advance(29_000);
  assert.equal(await uptime(), 0.75);
  await clock.advance(1_000);
  assert.equal(await uptime(), 35 / 40, 'yesterday is still there');
});

test('the last samples of a day count although they are written after midnight', async () => {
  const lastMinute = today + dayMs - 30_000;
  const rollups = [rollup('shop', 'day', today, 10, 10)];
  const { records, clock } = setUp(rollups, lastMinute);
  const uptime = async () => (await records.of(['shop'])).get('shop')?.uptime.days90;
  assert.equal(await uptime(), 1);
  await clock.advance(60_000);
  assert.equal(await uptime(), 1);
  rollups[0] = rollup('shop', 'day', today, 20, 10);
  await clock.advance(40_000);
  assert.equal(await uptime(), 0.5);
  await clock.advance(3_600_000);
  const days = (await records.of(['shop'])).get('shop')?.days;
  assert.deepEqual(days?.at(-2), { from: today, total: 20, up: 10 });
});

test('many checks are read in parts, and two readers at once read them once', async () => {
  const { records, store } = setUp();
  const names = Array.from({ length: 120 }, (_, at) => `check-${at}`);
  const [one, other] = await Promise.all([records.of(names), records.of(names)]);
  assert.equal(one.size, 120);
  assert.equal(other.size, 120);
  assert.deepEqual(
    store.reads.map(([count]) => count),
    [20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20],
  );
});
