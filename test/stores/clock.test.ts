import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { inSlack } from '../../src/domain/destination.ts';
import { createSqliteStore } from '../../src/stores/sqlite/store.ts';
import { type ManualClock, manualClock, settled } from '../support/clock.ts';
import { newDelivery } from '../support/deliveries.ts';
import { incoming } from '../support/messages.ts';
import { tempDir } from '../support/temp.ts';

const leaseMs = 30_000;
const hour = 3_600_000;
const day = 24 * hour;
const jumps = [hour, day, 40 * day];
const slack = { channel: 'C1', ts: '1.1', permalink: null };

/** `restart` closes the store and opens it as another process would: with a monotonic clock that starts again. */
async function setUp(t: TestContext) {
  const file = join(tempDir(t), 'u.db');
  const told: number[] = [];
  const states: string[] = [];
  let opened = 0;
  async function open(clock: ManualClock) {
    opened += 1;
    const owner = `owner ${opened}`;
    const onClockJump = (ms: number) => void told.push(ms);
    const store = await createSqliteStore({ file, owner, clock, coalesceMs: 0, onError: assert.ifError, onClockJump });
    store.onState((delivery) => states.push(`${delivery.text} ${delivery.state}`));
    return { store, clock };
  }
  const under = await open(manualClock());
  t.after(() => under.store.close());
  return {
    under,
    told,
    states,
    async restart(by = 0) {
      await under.store.close();
      Object.assign(under, await open(manualClock(under.clock.now() + by)));
    },
  };
}
type Under = Awaited<ReturnType<typeof setUp>>;

async function both(t: TestContext, by: number, run: (set: Under, move: () => Promise<void>) => Promise<void>) {
  const running = await setUp(t);
  await run(running, async () => {
    running.under.clock.jump(by);
    await running.under.clock.advance(1_000);
  });
  const restarted = await setUp(t);
  await run(restarted, async () => {
    await restarted.restart(by);
    await restarted.under.clock.advance(1_000);
  });
}

const claim = ({ store, clock }: Under['under']) => store.claim(clock.now(), leaseMs, 10);

test('after the clock is set back a held channel is due at once or at most a minute later', async (t) => {
  for (const by of jumps) {
    await both(t, -by, async ({ under }, move) => {
      const now = () => under.clock.now();
      const deliveries = ['#pace', '#retry'].map((channel) =>
        newDelivery(now(), { destination: inSlack(channel), text: channel }),
      );
      await under.store.accept({
        deliveries: [...deliveries, newDelivery(now(), { destination: inSlack('#pace'), text: 'next' })],
      });
      for (const { delivery, tat } of await claim(under)) {
        const held = { readyAt: now() + 1_000, tat: tat + 3_000 };
        if (delivery.destination.address === '#pace') {
          await under.store.settle(delivery, { ...held, to: 'sent', slack, uploaded: 0 }, now());
        } else {
          const readyAt = now() + 20 * 60_000;
          await under.store.settle(
            delivery,
            { ...held, readyAt, to: 'retry', error: 'ratelimited', outcomeUnknown: false },
            now(),
          );
        }
      }
      await move();
      const claimed = await claim(under);
      assert.deepEqual(claimed.map(({ delivery }) => delivery.text).sort(), ['#retry', 'next'], `${by}`);
    });
  }
});

test('a lease ends neither earlier nor later than its duration, in whichever direction the clock jumps', async (t) => {
  for (const by of [...jumps, ...jumps.map((ms) => -ms), 20_000, -20_000]) {
    const { under, told } = await setUp(t);
    await under.store.accept({
      deliveries: [newDelivery(under.clock.now(), { expiresAt: under.clock.now() + 50 * day })],
    });
    assert.equal((await claim(under)).length, 1);
    under.clock.jump(by);
    assert.deepEqual(await claim(under), [], `${by}: still under way`);
    assert.deepEqual(told, [by]);
    await settled();
    under.clock.skip(leaseMs - 1);
    assert.deepEqual(await claim(under), [], `${by}: to the end of the lease`);
    under.clock.skip(1);
    const [again] = await claim(under);
    assert.equal(again?.delivery.outcomeUnknown, true, `${by}: the lease has ended`);
  }
});

test('the lease of a terminated program ends after its duration although the clock was set back', async (t) => {
  for (const by of jumps) {
    const { under, restart } = await setUp(t);
    await under.store.accept({ deliveries: [newDelivery(under.clock.now())] });
    await claim(under);
    await restart(-by);
    assert.deepEqual(await claim(under), []);
    await under.clock.advance(leaseMs);
    assert.equal((await claim(under))[0]?.delivery.outcomeUnknown, true);
  }
});

test('a queued message of a held channel expires on time, and its expiry is reported', async (t) => {
  const { under, states } = await setUp(t);
  const now = under.clock.now();
  const [head, later] = [
    newDelivery(now, { text: 'head', expiresAt: now + 7_200_000 }),
    newDelivery(now, { text: 'later', expiresAt: now + 60_000 }),
  ];
  await under.store.accept({ deliveries: [head as never, later as never] });
  const [claimed] = await claim(under);
  assert.ok(claimed);
  const held = { to: 'retry', error: 'ratelimited', outcomeUnknown: false, readyAt: now + hour, tat: 0 } as const;
  await under.store.settle(claimed.delivery, held, now);
  await under.clock.advance(59_000);
  assert.equal((await under.store.delivery(later?.id ?? ''))?.state, 'queued');
  await under.clock.advance(2_000);
  assert.equal((await under.store.delivery(later?.id ?? ''))?.state, 'expired');
  assert.equal((await under.store.delivery(later?.id ?? ''))?.error, 'time to live ran out');
  assert.equal((await under.store.delivery(head?.id ?? ''))?.state, 'queued');
  assert.ok(states.includes('later expired'));
  assert.deepEqual(await under.store.backlog(), { queued: 1, oldestAt: now });
});

test('a message accepted while the clock was ahead expires after its time to live, counted from the correction', async (t) => {
  for (const by of jumps) {
    await both(t, -by, async ({ under }, move) => {
      const message = newDelivery(under.clock.now(), { expiresAt: under.clock.now() + 600_000 });
      await under.store.accept({
        deliveries: [message, newDelivery(under.clock.now(), { destination: inSlack('#held') })],
      });
      const held = (await claim(under)).find(({ delivery }) => delivery.id === message.id);
      assert.ok(held);
      const retry = {
        to: 'retry',
        error: 'x',
        outcomeUnknown: false,
        readyAt: under.clock.now() + hour,
        tat: 0,
      } as const;
      await under.store.settle(held.delivery, retry, under.clock.now());
      await move();
      await under.clock.advance(590_000);
      assert.equal((await under.store.delivery(message.id))?.state, 'queued');
      const { oldestAt } = await under.store.backlog();
      assert.ok(
        oldestAt !== null && under.clock.now() - oldestAt >= 590_000,
        'the age in the metrics is what it waits',
      );
      await under.clock.advance(20_000);
      assert.equal((await under.store.delivery(message.id))?.state, 'expired');
    });
  }
});

test('a clock that is set back by mistake and corrected loses no message and changes no order', async (t) => {
  for (const by of jumps) {
    const { under } = await setUp(t);
    const deliveries = ['a', 'b', 'c'].map((text) => newDelivery(under.clock.now(), { text }));
    await under.store.accept({ deliveries });
    for (const move of [-by, by]) {
      under.clock.jump(move);
      await under.clock.advance(5_000);
    }
    for (const expected of deliveries) {
      const [claimed] = await claim(under);
      assert.equal(claimed?.delivery.id, expected.id);
      const settlement = { to: 'sent', slack, uploaded: 0, readyAt: under.clock.now(), tat: 0 } as const;
      await under.store.settle(claimed?.delivery as never, settlement, under.clock.now());
    }
  }
});

test('a message that is past its time to live after a jump forward expires and is not sent late', async (t) => {
  for (const by of jumps) {
    await both(t, by, async ({ under }, move) => {
      const [short, long] = [600_000, 50 * day].map((ttl) =>
        newDelivery(under.clock.now(), { expiresAt: under.clock.now() + ttl }),
      );
      await under.store.accept({ deliveries: [short as never, long as never] });
      await move();
      assert.equal((await under.store.delivery(short?.id ?? ''))?.state, 'expired');
      assert.equal((await claim(under))[0]?.delivery.id, long?.id);
    });
  }
});

test('a waiting scan is claimed within a minute after the clock is set back', async (t) => {
  for (const by of jumps) {
    await both(t, -by, async ({ under }, move) => {
      await under.store.accept({ key: 'k', scan: incoming({}) });
      const [job] = await under.store.claimScans(under.clock.now(), 60_000, 1);
      await under.store.retryScan(job?.id ?? 0, under.clock.now() + 8_000);
      await move();
      await under.clock.advance(60_000);
      assert.equal((await under.store.claimScans(under.clock.now(), 60_000, 1)).length, 1);
    });
  }
});

test('pruning after a jump forward and back deletes no fresh key, message or state', async (t) => {
  for (const by of jumps) {
    for (const restart of [false, true]) {
      const set = await setUp(t);
      const { under } = set;
      const move = async (ms: number) => {
        if (restart) await set.restart(ms);
        else under.clock.jump(ms);
        await settled();
      };
      const sent = newDelivery(under.clock.now(), { text: 'sent' });
      const work = { key: 'idempotency:1', deliveries: [sent], state: [{ name: 'incidents:1', value: 'x' }] };
      await under.store.accept(work);
      const [claimed] = await claim(under);
      const settlement = { to: 'sent', slack, uploaded: 0, readyAt: under.clock.now(), tat: 0 } as const;
      await under.store.settle(claimed?.delivery as never, settlement, under.clock.now());
      await under.store.accept({
        deliveries: [newDelivery(under.clock.now(), { expiresAt: under.clock.now() + 90 * day })],
      });
      await move(by);
      for (let hours = 0; hours < 5; hours += 1) {
        under.clock.skip(hour);
        assert.equal(await under.store.prune(under.clock.now() - 30 * day), 0);
      }
      await move(-by);
      assert.equal(await under.store.prune(under.clock.now() - 30 * day), 0);
      assert.equal((await under.store.accept(work)).duplicate, true, `${by}: the key is remembered`);
      assert.equal((await under.store.delivery(sent.id))?.state, 'sent');
      assert.equal(await under.store.state('incidents:1'), 'x');
    }
  }
});

test('old rows are pruned once a clock that jumped forward has stayed there for a day', async (t) => {
  const { under } = await setUp(t);
  const old = newDelivery(under.clock.now());
  await under.store.accept({ deliveries: [old] });
  await under.store.withdraw(old.id, under.clock.now());
  await under.store.accept({ deliveries: [newDelivery(under.clock.now())] });
  under.clock.jump(40 * day);
  let pruned = 0;
  for (let hours = 0; hours < 26; hours += 1) {
    under.clock.skip(hour);
    pruned += await under.store.prune(under.clock.now() - 30 * day);
  }
  assert.ok(pruned >= 1);
  assert.equal(await under.store.delivery(old.id), null);
});

test('pruning goes through the ledger in steps and deletes all old rows', async (t) => {
  const { under } = await setUp(t);
  for (let batch = 0; batch < 5; batch += 1) {
    const deliveries = Array.from({ length: 1_000 }, () => newDelivery(under.clock.now()));
    await under.store.accept({ key: `key ${batch}`, deliveries });
    for (const { id } of deliveries.slice(0, 900)) void under.store.withdraw(id, under.clock.now());
    await settled();
  }
  under.clock.skip(3 * day);
  assert.equal(await under.store.prune(under.clock.now() - 2 * day), 4_500);
  assert.equal((await under.store.accept({ key: 'key 0' })).duplicate, false, 'keys are forgotten as well');
});
