import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import type { NewDelivery } from '../../src/domain/delivery.ts';
import { inSlack } from '../../src/domain/destination.ts';
import { createPostgresStore } from '../../src/stores/postgres/open.ts';
import { storeContract } from '../contract/store.ts';
import { digestContract } from '../contract/store-digests.ts';
import { historyContract } from '../contract/store-histories.ts';
import { accept, claim, only, send } from '../contract/store-setup.ts';
import { manualClock } from '../support/clock.ts';
import { newDelivery } from '../support/deliveries.ts';
import { openTestDatabase } from '../support/postgres.ts';
import { eventually } from '../support/program.ts';

const database = await openTestDatabase('the contract of the store');
if (database !== null) {
  after(() => database.close());

  async function make(t: TestContext) {
    const clock = manualClock();
    const schema = database?.newSchema() ?? '';
    let opened = 0;
    async function open() {
      opened += 1;
      const store = await createPostgresStore({
        ...{ url: database?.url ?? '', schema, owner: `owner ${opened}`, clock },
        isServerClock: false,
        onError: assert.ifError,
      });
      t.after(() => store.close());
      return store;
    }
    const store = await open();
    return { store, clock, open };
  }

  storeContract('PostgreSQL', make);
  digestContract('PostgreSQL', make);
  historyContract('PostgreSQL', make);

  test('what a killed instance had leased is claimed before lanes that have waited longer', async (t) => {
    const { store: killed, clock, open } = await make(t);
    const other = await open();
    const [first, second] = ['#first', '#second'].map((channel) =>
      newDelivery(clock.now(), { destination: inSlack(channel) }),
    );
    await killed.accept({ deliveries: [first as NewDelivery] });
    assert.equal((await killed.claim(clock.now(), 25_000, 1)).length, 1);
    await clock.advance(1_000);
    await killed.accept({ deliveries: [second as NewDelivery] });
    await clock.advance(24_500);
    const [claimed] = await other.claim(clock.now(), 25_000, 1);
    assert.deepEqual([claimed?.delivery.id, claimed?.delivery.outcomeUnknown], [first?.id, true]);
  });

  test('an instance wakes the workers of the others after a commit, and for all commits of the next 50 ms once', async (t) => {
    const { store, clock, open } = await make(t);
    const other = await open();
    let told = 0;
    other.onWork(() => {
      told += 1;
    });
    const isTold = (times: number) => eventually(`told ${times} times`, () => told >= times);
    for (let each = 0; each < 5; each += 1) {
      await store.accept({ deliveries: [newDelivery(clock.now(), {})] });
      await clock.advance(0);
    }
    await isTold(1);
    await clock.advance(50);
    await isTold(2);
    // What still waits is told at a stop. Notifications keep their order, so none of a single commit is still on its way.
    await store.accept({ deliveries: [newDelivery(clock.now(), {})] });
    await store.close();
    await isTold(3);
    assert.equal(told, 3);
  });

  test('the state of the database counts the instances and the leases of this one', async (t) => {
    const { store, clock, open } = await make(t);
    const other = await open();
    await store.lease('reminders', clock.now(), 1e12);
    const [own, others] = await Promise.all([store.databaseState(), other.databaseState()]);
    assert.deepEqual([own?.instances, own?.leasesHeld, others?.leasesHeld], [2, 1, 0]);
    assert.ok(own !== null && own.connectionsUsed >= 2 && own.connectionsUsed < own.connectionsMost);
    assert.ok(own.sizeBytes > 1e6 && own.liveRows >= 0 && own.deadRows >= 0 && own.oldestTransactionSeconds >= 0);
  });

  test('a settlement that is repeated, because nobody knew whether it was committed, is counted once', async (t) => {
    const under = await make(t);
    await under.store.install('T1');
    await accept(under, {});
    const claimed = only(await claim(under));
    await send(under, claimed);
    await send(under, claimed);
    assert.equal((await under.store.counters('T1')).totals.total_messages_slacked, 1);
  });
}
