import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { StoreUnavailable } from '../../../src/domain/errors.ts';
import { bucketOf } from '../../../src/domain/latency.ts';
import { createHistory } from '../../../src/modules/watch/history.ts';
import type { HistoryStore } from '../../../src/ports/history-store.ts';
import { createSqliteStore } from '../../../src/stores/sqlite/store.ts';
import { manualClock } from '../../support/clock.ts';
import { tempDir } from '../../support/temp.ts';
import { failure, result, silent } from './support.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** The start of a day. */
const start = 20_000 * day;

async function setUp(t: TestContext) {
  const clock = manualClock(start);
  const file = join(tempDir(t), 'u.db');
  const store = await createSqliteStore({ file, owner: randomUUID(), clock, coalesceMs: 0, onError: assert.ifError });
  t.after(() => store.close());
  return store;
}

test('results are summed up by hour and day, in UTC', async (t) => {
  const store = await setUp(t);
  const history = createHistory(store, silent);
  history.add('shop', result(start));
  history.add('shop', result(start + hour - 1, { ms: 2_000 }));
  history.add('shop', result(start + hour, { failure: failure(), ms: 5 }));
  history.add('db', result(start + 5 * hour));
  await history.flush();
  const hours = await store.rollups(['shop'], 'hour', 0);
  assert.deepEqual(hours, [
    {
      ...{ check: 'shop', span: 'hour', from: start, total: 2, up: 2 },
      latencies: { [bucketOf(84)]: 1, [bucketOf(2_000)]: 1 },
    },
    { check: 'shop', span: 'hour', from: start + hour, total: 1, up: 0, latencies: {} },
  ]);
  const [ofDay] = await store.rollups(['shop'], 'day', 0);
  assert.deepEqual([ofDay?.total, ofDay?.up, ofDay?.from], [3, 2, start]);
});

test('after a start the sums go on from those in the store, and nothing is overwritten', async (t) => {
  const store = await setUp(t);
  for (let run = 1; run <= 3; run += 1) {
    const history = createHistory(store, silent);
    for (let flush = 0; flush < 2; flush += 1) {
      history.add('shop', result(start + run));
      history.add('shop', result(start + run, { failure: failure() }));
      await history.flush();
    }
  }
  for (const span of ['hour', 'day'] as const) {
    const [row, ...others] = await store.rollups(['shop'], span, 0);
    assert.deepEqual([row?.total, row?.up, row?.latencies, others.length], [12, 6, { [bucketOf(84)]: 6 }, 0]);
  }
});

test('when the clock is set back, the sums of the earlier hour go on', async (t) => {
  const store = await setUp(t);
  const history = createHistory(store, silent);
  for (const at of [start, start + hour, start, start + 30 * day, start + 1]) {
    history.add('shop', result(at));
    await history.flush();
  }
  const totals = (await store.rollups(['shop'], 'hour', 0)).map(({ from, total }) => [from - start, total]);
  assert.deepEqual(totals, [
    [0, 3],
    [hour, 1],
    [30 * day, 1],
  ]);
});

test('1,000 checks are written in commits of 200 rows, and what did not change is not written again', async (t) => {
  const store = await setUp(t);
  const written: number[] = [];
  const counting: HistoryStore = {
    rollups: store.rollups,
    writeRollups(rows) {
      written.push(rows.length);
      return store.writeRollups(rows);
    },
  };
  const history = createHistory(counting, silent);
  for (let index = 0; index < 1_000; index += 1) history.add(`check-${index}`, result(start));
  await history.flush();
  assert.deepEqual(written, Array(10).fill(200));
  written.splice(0);
  await history.flush();
  history.add('check-5', result(start));
  await history.flush();
  assert.deepEqual(written, [2]);
});

test('sums wait while the store is unavailable; results that come meanwhile are counted once', async (t) => {
  const store = await setUp(t);
  let fails = true;
  let during = () => {};
  const history = createHistory(
    {
      async rollups(...given) {
        if (fails) throw new StoreUnavailable('full');
        return store.rollups(...given);
      },
      async writeRollups(rows) {
        during();
        if (fails) throw new StoreUnavailable('full');
        return store.writeRollups(rows);
      },
    },
    silent,
  );
  history.add('shop', result(start));
  await history.flush();
  fails = false;
  during = () => {
    during = () => {};
    history.add('shop', result(start));
  };
  await Promise.all([history.flush(), history.flush()]);
  assert.equal((await store.rollups(['shop'], 'hour', 0))[0]?.total, 1, 'what was there when it was written');
  fails = true;
  await history.flush();
  fails = false;
  await history.flush();
  assert.equal((await store.rollups(['shop'], 'hour', 0))[0]?.total, 2);
});

test('what another program writes from now on is not overwritten', async (t) => {
  const store = await setUp(t);
  const [one, other] = [createHistory(store, silent), createHistory(store, silent)];
  one.add('shop', result(start));
  await one.flush();
  one.forget();
  other.add('shop', result(start));
  await other.flush();
  await one.flush();
  other.forget();
  one.add('shop', result(start));
  await one.flush();
  assert.equal((await store.rollups(['shop'], 'hour', 0))[0]?.total, 3);
});
