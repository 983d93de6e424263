import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { inSlack } from '../../src/domain/destination.ts';
import { StoreUnavailable } from '../../src/domain/errors.ts';
import { type DriverName, drivers, openDatabase } from '../../src/stores/sqlite/driver.ts';
import { createSqliteStore } from '../../src/stores/sqlite/store.ts';
import { storeContract } from '../contract/store.ts';
import { digestContract } from '../contract/store-digests.ts';
import { historyContract } from '../contract/store-histories.ts';
import { manualClock } from '../support/clock.ts';
import { newDelivery } from '../support/deliveries.ts';
import { tempDir } from '../support/temp.ts';

async function make(t: TestContext, driver?: DriverName) {
  const clock = manualClock();
  const file = join(tempDir(t), 'data', 'ultronex.db');
  let opened = 0;
  async function open() {
    opened += 1;
    const store = await createSqliteStore({
      file,
      owner: `owner ${opened}`,
      clock,
      driver,
      coalesceMs: 0,
      onError: assert.ifError,
    });
    t.after(() => store.close());
    return store;
  }
  return { store: await open(), clock, open, file };
}

test('there is nobody to tell: programs that use one file are on one machine and ask it', async (t) => {
  const { store } = await make(t);
  assert.equal(store.isShared, false);
});

test('the store uses Node’s own SQLite if it is complete, and better-sqlite3 on older versions of Node', () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const complete = major >= 24 || (major === 22 && minor >= 16);
  assert.equal(drivers()[0], complete ? 'node:sqlite' : 'better-sqlite3');
});

for (const driver of drivers()) {
  storeContract(driver, (t) => make(t, driver));
  digestContract(driver, (t) => make(t, driver));
  historyContract(driver, (t) => make(t, driver));
}

test('writes of one turn of the event loop share a commit', async (t) => {
  const clock = manualClock();
  const commits: number[] = [];
  const file = join(tempDir(t), 'ultronex.db');
  const store = await createSqliteStore({
    file,
    owner: 'o',
    clock,
    coalesceMs: 0,
    onError: assert.ifError,
    onCommit: (_ms, jobs) => commits.push(jobs),
  });
  t.after(() => store.close());
  await Promise.all(Array.from({ length: 50 }, () => store.accept({ deliveries: [newDelivery(clock.now())] })));
  assert.deepEqual(commits, [50]);
});

test('an invalid write does not roll back the other writes of its commit', async (t) => {
  const { store, clock } = await make(t);
  const good = newDelivery(clock.now());
  const results = await Promise.allSettled([
    store.accept({ deliveries: [good] }),
    store.accept({ deliveries: [good] }),
    store.accept({ deliveries: [newDelivery(clock.now())] }),
  ]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
});

test('writes to a full disk fail as unavailable and leave nothing partial; they succeed once there is space', async (t) => {
  const { store, clock, file } = await make(t);
  // Another connection fills the file up to a limit of SQLite, which acts like a full disk.
  const filler = openDatabase(file);
  t.after(() => filler.close());
  const limited = await createSqliteStore({
    file,
    owner: 'limited',
    clock,
    onError: () => {},
    maxPages: filler.pragma('page_count', { simple: true }) as number,
  });
  t.after(() => limited.close());
  limited.count('T1', 'total_msg_count', 5);
  const big = () => newDelivery(clock.now(), { text: 'x'.repeat(40_000) });
  const before = (await store.deliveries({}, null, 10)).items.length;
  await assert.rejects(() => limited.accept({ deliveries: [big()] }), StoreUnavailable);
  await assert.rejects(() => limited.accept({ deliveries: [big()] }), /SQLITE_FULL.*disk space/);
  assert.equal((await store.deliveries({}, null, 10)).items.length, before);
  assert.equal((await limited.counters('T1')).totals.total_msg_count, 5, 'the counters wait');
  await store.accept({ deliveries: [big()] });
});

test('a channel that another process has emptied is claimed again after its next message', async (t) => {
  const { store, clock, open } = await make(t);
  const other = await open();
  const channel = '#ops';
  await store.accept({ deliveries: [newDelivery(clock.now(), { destination: inSlack(channel) })] });
  const [claimed] = await other.claim(clock.now(), 1_000, 1);
  assert.ok(claimed);
  await other.settle(claimed.delivery, { to: 'failed', error: 'x', readyAt: clock.now(), tat: 0 }, clock.now());
  assert.deepEqual(await other.claim(clock.now(), 1_000, 1), []);
  await store.accept({ deliveries: [newDelivery(clock.now(), { destination: inSlack(channel) })] });
  assert.equal((await other.claim(clock.now(), 1_000, 1)).length, 1);
});

test('a channel whose first message was rolled back is created by the next message', async (t) => {
  const { store, clock } = await make(t);
  const taken = newDelivery(clock.now());
  await store.accept({ deliveries: [taken] });
  const channel = '#new';
  const twice = [newDelivery(clock.now(), { destination: inSlack(channel) }), { ...taken, channel }];
  await assert.rejects(store.accept({ deliveries: twice }));
  await store.accept({ deliveries: [newDelivery(clock.now(), { destination: inSlack(channel) })] });
  const claimed = await store.claim(clock.now(), 1_000, 5);
  assert.deepEqual(
    claimed.map(({ delivery }) => delivery.destination.address).sort(),
    [channel, taken.destination.address].sort(),
  );
});

test('no sequence number is used twice, even after all rows were deleted', async (t) => {
  const { store, clock } = await make(t);
  const newest = newDelivery(clock.now());
  await store.accept({ deliveries: [newest] });
  const seq = (await store.delivery(newest.id))?.seq ?? 0;
  await store.withdraw(newest.id, clock.now());
  clock.skip(3 * 86_400_000);
  await store.prune(clock.now() - 2 * 86_400_000);
  const next = newDelivery(clock.now());
  await store.accept({ deliveries: [next] });
  assert.ok(((await store.delivery(next.id))?.seq ?? 0) > seq);
  clock.skip(3 * 86_400_000);
  await store.prune(clock.now() - 2 * 86_400_000);
  assert.equal(await store.delivery(newest.id), null);
});

test('a store of a newer version is refused with the remedy', async (t) => {
  const { file, clock } = await make(t);
  const db = openDatabase(file);
  db.pragma('user_version = 99');
  db.close();
  await assert.rejects(
    createSqliteStore({ file, owner: 'o', clock, coalesceMs: 0, onError: assert.ifError }),
    /version 99.*newer program/,
  );
});

test('a store without merge options never merges messages', async (t) => {
  const clock = manualClock();
  const file = join(tempDir(t), 'ultronex.db');
  const store = await createSqliteStore({
    file,
    owner: 'o',
    clock,
    coalesceMs: 0,
    merge: null,
    onError: assert.ifError,
  });
  t.after(() => store.close());
  await store.accept({ deliveries: Array.from({ length: 50 }, () => newDelivery(clock.now(), { similarKey: 1 })) });
  const [head] = await store.claim(clock.now(), 30_000, 10);
  assert.equal(head?.delivery.mergedCount, 0);
});
