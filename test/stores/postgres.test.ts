import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import { createPostgresStore } from '../../src/stores/postgres/open.ts';
import { storeContract } from '../contract/store.ts';
import { digestContract } from '../contract/store-digests.ts';
import { historyContract } from '../contract/store-histories.ts';
import { accept, claim, only, send } from '../contract/store-setup.ts';
import { manualClock } from '../support/clock.ts';
import { openTestDatabase } from '../support/postgres.ts';

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

  test('a settlement that is repeated, because nobody knew whether it was committed, is counted once', async (t) => {
    const under = await make(t);
    await accept(under, {});
    const claimed = only(await claim(under));
    await send(under, claimed);
    await send(under, claimed);
    assert.equal((await under.store.counters('T1')).totals.total_messages_slacked, 1);
  });
}
