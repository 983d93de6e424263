import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Clock } from '../../src/domain/clock.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { createServerClock } from '../../src/stores/postgres/server-clock.ts';
import { manualClock } from '../support/clock.ts';
import { newDelivery } from '../support/deliveries.ts';
import { openTestDatabase } from '../support/postgres.ts';
import { markSent, openPostgresStore } from '../support/postgres-stores.ts';
import { eventually } from '../support/program.ts';

const tenMinutes = 600_000;

/** The system's clock, set wrong by so much. */
function wrongClock(offset: number): Clock & { jump(ms: number): void } {
  let by = offset;
  return {
    ...systemClock,
    now: () => Date.now() + by,
    jump(ms) {
      by += ms;
    },
  };
}

test('an answer that takes long says nothing of the server’s clock', async () => {
  const clock = manualClock();
  let slowMs = 0;
  let serverAheadMs = 500;
  const db = {
    async query<R>() {
      const at = clock.now() + serverAheadMs;
      clock.skip(slowMs);
      return [{ at }] as R[];
    },
    run: async () => 0,
  };
  const server = createServerClock(clock, true);
  assert.equal(await server.measure(db), false);
  assert.equal(server.toServer(1_000), 1_500);
  slowMs = 4_000;
  assert.equal(await server.measure(db), null, 'it may be off by two seconds');
  assert.equal(server.toServer(1_000), 1_500);
  slowMs = 0;
  serverAheadMs = 5_000;
  assert.equal(await server.measure(db), true, 'the server’s clock has jumped');
  assert.equal(server.toServer(1_000), 6_000);
});

test('times are converted rightly at once after this program’s clock jumped, and the jump is told once', async () => {
  const clock = manualClock();
  const server = createServerClock(clock, true);
  const db = { query: async <R>() => [{ at: clock.now() }] as R[], run: async () => 0 };
  await server.measure(db);
  const before = server.toServer(clock.now());
  clock.jump(tenMinutes);
  assert.equal(server.toServer(clock.now()), before);
  assert.equal(server.fromServer(before), clock.now());
  assert.equal(server.jumped(), tenMinutes);
  assert.equal(server.jumped(), 0);
});

const database = await openTestDatabase('clocks');
if (database !== null) {
  const { url, newSchema } = database;
  after(() => database.close());

  test('two instances whose clocks differ by ten minutes agree on leases, paces and tasks', async (t) => {
    const schema = newSchema();
    const [early, late] = [wrongClock(-tenMinutes / 2), wrongClock(tenMinutes / 2)];
    const a = await openPostgresStore(t, url, { schema, clock: early });
    const b = await openPostgresStore(t, url, { schema, clock: late });
    for (const [first, firstClock, second, secondClock] of [
      [a, early, b, late],
      [b, late, a, early],
    ] as const) {
      await first.accept({ deliveries: [newDelivery(firstClock.now())] });
      const leaseMs = 1_500;
      const [claimed] = await first.claim(firstClock.now(), leaseMs, 10);
      assert.ok(claimed);
      const began = Date.now();
      assert.deepEqual(await second.claim(secondClock.now(), leaseMs, 10), [], 'the lease holds for the other');
      const again = await eventually('the lease ends', async () => {
        return (await second.claim(secondClock.now(), leaseMs, 10))[0];
      });
      const ms = Date.now() - began;
      assert.ok(ms > leaseMs - 300 && ms < leaseMs + 1_000, `it ended after ${ms} ms`);
      await markSent(second, again, secondClock.now());
      assert.equal(await first.lease('digest', firstClock.now(), 60_000), true);
      assert.equal(await second.lease('digest', secondClock.now(), 60_000), false);
      await first.lease('digest', firstClock.now(), 0);
      assert.equal(await second.lease('digest', secondClock.now(), 0), true);
      const due = [(await first.nextDue()) - firstClock.now(), (await second.nextDue()) - secondClock.now()];
      assert.ok(
        due.every((ms) => Math.abs(ms) < 1_000),
        `due in ${due} ms`,
      );
    }
  });

  test('a settlement right after a jump of the clock blocks its channel no longer than it says', async (t) => {
    for (const by of [tenMinutes, -tenMinutes]) {
      const clock = wrongClock(0);
      const store = await openPostgresStore(t, url, { schema: newSchema(), clock });
      await store.accept({ deliveries: [newDelivery(clock.now()), newDelivery(clock.now())] });
      const [claimed] = await store.claim(clock.now(), 30_000, 10);
      assert.ok(claimed);
      clock.jump(by);
      await markSent(store, claimed, clock.now());
      assert.ok(Math.abs((await store.nextDue()) - clock.now()) < 1_000);
      assert.equal((await store.claim(clock.now(), 30_000, 10)).length, 1);
      const [told] = store.reports.jumps;
      assert.ok(Math.abs((told ?? 0) - by) < 1_000, `${told} was told`);
    }
  });
}
