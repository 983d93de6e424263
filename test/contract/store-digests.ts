import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { Delivery, NewDelivery } from '../../src/domain/delivery.ts';
import { inSlack } from '../../src/domain/destination.ts';
import { WrongState } from '../../src/domain/errors.ts';
import type { Claimed, Settlement } from '../../src/ports/outbox-store.ts';
import { newDelivery } from '../support/deliveries.ts';
import type { StoreUnderTest } from './store-setup.ts';

/** A settlement without its times. */
type How = Settlement extends infer S ? (S extends Settlement ? Omit<S, 'readyAt' | 'tat'> : never) : never;

const leaseMs = 30_000;
/** One more than the default of 10 messages that may wait in a channel before the store merges them. */
const flood = 12;

/** Part of the store's contract: the life of digests and of the messages merged into them. */
export function digestContract(name: string, make: (t: TestContext) => Promise<StoreUnderTest>): void {
  describe(`digest contract: ${name}`, () => {
    /** Makes a channel with a digest of twelve messages. It is sent unless `unsent`. */
    async function setUp(t: TestContext, more: Partial<NewDelivery> = {}, unsent = false) {
      const under = await make(t);
      const { store, clock } = under;
      const texts = Array.from({ length: flood }, (_, n) => ({ similarKey: 1, text: `web${n} is down`, ...more }));
      const ids = await accept(...texts);
      const claimed = await only();
      if (!unsent) await settle(claimed, { to: 'sent', slack: where(claimed.delivery), uploaded: 0 });
      return {
        ...under,
        ids: ids as [string, string, string, string, string, string, ...string[]],
        claimed,
        accept,
        only,
        settle,
        get,
        shown,
      };

      async function accept(...each: Partial<NewDelivery>[]): Promise<string[]> {
        const deliveries = each.map((one) => newDelivery(clock.now(), one));
        await store.accept({ deliveries });
        return deliveries.map(({ id }) => id);
      }
      async function only(): Promise<Claimed> {
        const all = await store.claim(clock.now(), leaseMs, 10);
        assert.equal(all.length, 1, 'exactly one is claimed');
        return all[0] as Claimed;
      }
      async function settle({ delivery, tat }: Claimed, how: How): Promise<void> {
        const now = clock.now();
        await store.settle(delivery, { ...how, readyAt: now, tat } as Settlement, now);
      }
      async function get(id: string): Promise<Delivery> {
        const found = await store.delivery(id);
        assert.ok(found);
        return found;
      }
      async function shown(id: string): Promise<string[]> {
        return [(await get(id)).text, ...(await store.mergedContents(id, 100)).map(({ text }) => text)];
      }
    }
    const where = ({ seq }: Delivery) => ({ channel: 'C1', ts: `1.${seq}`, permalink: null });

    test('a digest has the texts of the messages merged into it, oldest first', async (t) => {
      const { store, ids } = await setUp(t);
      const [first, second, ...none] = await store.mergedContents(ids[0], 2);
      assert.deepEqual([first?.text, second?.text, none], ['web1 is down', 'web2 is down', []]);
      assert.equal((await store.mergedContents(ids[0], 100)).length, flood - 1);
      const later = await store.mergedContents(ids[0], 100, first?.seq);
      assert.deepEqual(later[0], second);
      assert.equal(later.length, flood - 2);
    });

    test('each merge raises the revision of a digest by one, even before it is sent', async (t) => {
      const { accept, only, settle, get } = await setUp(t);
      const more = () => accept(...Array.from({ length: flood }, () => ({ similarKey: 2 })));
      const [head = ''] = await more();
      const outcomes: How[] = [
        { to: 'retry', error: 'network', outcomeUnknown: false },
        { to: 'sent', slack: where(await get(head)), uploaded: 0 },
        { to: 'changed' },
      ];
      for (const how of outcomes) {
        const { revision } = await get(head);
        const claimed = await only();
        assert.ok(claimed.merged > 0);
        assert.deepEqual([claimed.delivery.id, claimed.delivery.revision], [head, revision + 1]);
        await settle(claimed, how);
        await more();
      }
    });

    test('a digest expires when the newest message merged into it expires', async (t) => {
      const { store, clock, accept, only, settle, get } = await setUp(t);
      clock.skip(700_000);
      const [head = ''] = await accept({ similarKey: 2, expiresAt: clock.now() + 1_000 });
      await accept(...Array.from({ length: flood }, () => ({ similarKey: 2, expiresAt: clock.now() + 60_000 })));
      await settle(await only(), { to: 'retry', error: 'network', outcomeUnknown: false });
      clock.skip(10_000);
      assert.equal((await only()).delivery.id, head, 'it has not expired');
      assert.equal((await get(head)).mergedCount, flood);
      assert.ok(store);
    });

    test('a withdrawn message is removed from its digest, which is edited in Slack', async (t) => {
      const { store, clock, ids, only, settle, get, shown } = await setUp(t);
      await store.withdraw(ids[2], clock.now());
      assert.equal((await get(ids[2])).state, 'withdrawn');
      assert.deepEqual([(await get(ids[0])).mergedCount, (await get(ids[0])).pending], [flood - 2, 'update']);
      assert.ok(!(await shown(ids[0])).includes('web2 is down'));
      const edit = await only();
      assert.equal(edit.delivery.id, ids[0]);
      await settle(edit, { to: 'changed' });
      assert.equal((await get(ids[0])).pending, null);
    });

    test('an edited message changes what its digest shows', async (t) => {
      const { store, clock, ids, only, get, shown } = await setUp(t);
      await store.edit(ids[2], { text: 'web2 is slow' }, clock.now());
      assert.equal((await get(ids[2])).state, 'merged');
      assert.ok((await shown(ids[0])).includes('web2 is slow'));
      assert.equal((await only()).delivery.pending, 'update');
      const blocks = { blocks: [{ type: 'divider' }] };
      await assert.rejects(store.edit(ids[2], blocks, clock.now()), { name: 'WrongState', message: /shows no blocks/ });
    });

    test('a merged message is not retried: the error names its digest', async (t) => {
      const { store, clock, ids } = await setUp(t);
      const tried = store.requeue(ids[2], clock.now(), clock.now() + 1);
      await assert.rejects(tried, { name: 'WrongState', message: new RegExp(`part of "${ids[0]}"`) });
    });

    test('when only the digest’s own message is withdrawn, the next message takes over its place in Slack', async (t) => {
      const { store, clock, ids, only, settle, get, shown, accept } = await setUp(t);
      const place = (await get(ids[0])).slack;
      await store.withdraw(ids[0], clock.now());
      assert.deepEqual([(await get(ids[0])).state, (await get(ids[0])).mergedCount], ['withdrawn', 0]);
      const next = await get(ids[1]);
      assert.deepEqual([next.state, next.slack, next.mergedCount, next.pending], ['sent', place, flood - 2, 'update']);
      assert.deepEqual(
        await shown(ids[1]),
        [...Array(flood).keys()].slice(1).map((n) => `web${n} is down`),
      );
      assert.equal((await get(ids[5])).mergedInto, ids[1]);
      await settle(await only(), { to: 'changed' });
      await accept(...Array.from({ length: flood }, () => ({ similarKey: 1 })));
      assert.equal((await only()).delivery.id, ids[1], 'more is merged into it');
    });

    test('the next message takes over a withdrawn digest that was not sent yet', async (t) => {
      const { store, clock, ids, claimed, only, settle, get } = await setUp(t, {}, true);
      await settle(claimed, { to: 'retry', error: 'network', outcomeUnknown: false });
      await store.withdraw(ids[0], clock.now());
      const next = await only();
      assert.deepEqual([next.delivery.id, next.delivery.state], [ids[1], 'sending']);
      assert.equal(next.delivery.mergedCount, flood - 2);
      assert.deepEqual([(await get(ids[0])).state, (await get(ids[0])).mergedCount], ['withdrawn', 0]);
    });

    test('a digest that was not sent yet can be withdrawn with all its messages', async (t) => {
      const { store, clock, ids, claimed, settle, get } = await setUp(t, {}, true);
      await settle(claimed, { to: 'retry', error: 'network', outcomeUnknown: false });
      await store.withdraw(ids[0], clock.now(), { merged: true });
      assert.deepEqual(
        [(await get(ids[0])).state, (await get(ids[0])).mergedCount, (await get(ids[5])).state],
        ['withdrawn', 0, 'withdrawn'],
      );
      assert.equal((await store.backlog()).queued, 0);
    });

    test('after each withdrawal the count of a digest equals the number of messages listed as merged into it', async (t) => {
      const { store, clock, ids, get } = await setUp(t);
      const agree = async () => {
        for (const id of ids) {
          const listed = (await store.deliveries({ mergedInto: id }, null, 100)).items.length;
          assert.equal((await get(id)).mergedCount, listed, id);
        }
      };
      for (const at of [2, 0, 1, 3, 7]) {
        await store.withdraw(ids[at] as string, clock.now());
        await agree();
      }
      assert.equal((await get(ids[4])).mergedCount, flood - 6);
      await store.withdraw(ids[4], clock.now(), { merged: true });
      await agree();
    });

    test('a withdrawn digest whose deletion Slack refused loses no later message', async (t) => {
      const { store, clock, ids, claimed, accept, only, settle, get } = await setUp(t, {}, true);
      await store.withdraw(ids[0], clock.now(), { merged: true });
      await settle(claimed, { to: 'sent', slack: where(claimed.delivery), uploaded: 0 });
      await settle(await only(), { to: 'changed', error: 'cant_delete_message' });
      const more = await accept(...Array.from({ length: flood }, () => ({ similarKey: 1 })));
      const edit = await only();
      assert.deepEqual([edit.delivery.id, edit.delivery.mergedCount], [ids[0], flood]);
      await settle(edit, { to: 'changed', error: 'edit_window_closed' });
      assert.equal((await get(ids[0])).mergedCount, 0);
      assert.equal((await only()).delivery.id, more[0]);
    });

    test('a digest that is withdrawn while it is being sent is deleted, and its other messages are queued again', async (t) => {
      const { store, clock, ids, claimed, only, settle, get } = await setUp(t, {}, true);
      await store.withdraw(ids[0], clock.now());
      await settle(claimed, { to: 'sent', slack: where(claimed.delivery), uploaded: 0 });
      const deletion = await only();
      assert.deepEqual([deletion.delivery.id, deletion.delivery.pending], [ids[0], 'delete']);
      await settle(deletion, { to: 'changed' });
      assert.equal((await get(ids[0])).state, 'withdrawn');
      const next = await only();
      assert.deepEqual([next.delivery.id, next.delivery.mergedCount], [ids[1], flood - 2]);
    });

    test('a whole digest is withdrawn with all its messages', async (t) => {
      const { store, clock, ids, only, settle, get } = await setUp(t);
      await store.withdraw(ids[0], clock.now(), { merged: true });
      assert.deepEqual(
        [(await get(ids[5])).state, (await get(ids[5])).mergedInto, (await get(ids[0])).mergedCount],
        ['withdrawn', null, 0],
      );
      const deletion = await only();
      assert.equal(deletion.delivery.pending, 'delete');
      await settle(deletion, { to: 'changed' });
      assert.equal((await get(ids[0])).state, 'withdrawn');
      assert.equal((await store.backlog()).queued, 0);
    });

    test('messages merged into a digest that was deleted in Slack are queued again', async (t) => {
      const { store, ids, accept, only, settle, get } = await setUp(t);
      const more = await accept(
        ...Array.from({ length: flood }, (_, n) => ({ similarKey: 1, text: `db${n} is down` })),
      );
      const edit = await only();
      assert.deepEqual([edit.delivery.id, edit.delivery.mergedCount], [ids[0], 2 * flood - 1]);
      const told: string[] = [];
      store.onState(({ state, error }) => told.push(`${state} ${error}`));
      await settle(edit, { to: 'changed', error: 'message_not_found', gone: true });
      assert.deepEqual(told, ['withdrawn message_not_found']);
      assert.deepEqual([(await get(ids[0])).state, (await get(ids[0])).mergedCount], ['withdrawn', flood - 1]);
      assert.equal((await get(ids[5])).state, 'merged', 'what was shown stays as it is');
      const next = await only();
      assert.deepEqual([next.delivery.id, next.delivery.mergedCount], [more[0], flood - 1], 'a digest of its own');
    });

    test('after the withdrawal of a digest that was deleted in Slack, the next message has the error and can be retried with all others', async (t) => {
      const { store, clock, ids, only, settle, get } = await setUp(t);
      await store.withdraw(ids[0], clock.now());
      const edit = await only();
      assert.deepEqual([edit.delivery.id, edit.delivery.pending], [ids[1], 'update']);
      await settle(edit, { to: 'changed', error: 'message_not_found', gone: true });
      assert.deepEqual(
        [(await get(ids[0])).state, (await get(ids[0])).error, (await get(ids[0])).mergedCount],
        ['withdrawn', null, 0],
      );
      const next = await get(ids[1]);
      assert.deepEqual([next.state, next.error, next.mergedCount], ['withdrawn', 'message_not_found', flood - 2]);
      assert.equal((await store.mergedContents(next.id, 100)).length, next.mergedCount);
      assert.deepEqual([(await get(ids[5])).state, (await get(ids[5])).mergedInto], ['merged', next.id]);
      await store.requeue(next.id, clock.now(), clock.now() + 5_000);
      const again = await only();
      assert.deepEqual(
        [again.delivery.id, again.delivery.slack, again.delivery.mergedCount],
        [next.id, null, flood - 2],
      );
    });

    test('messages merged into a digest whose edit Slack refused are queued again', async (t) => {
      const { ids, accept, only, settle, get } = await setUp(t);
      const more = await accept(...Array.from({ length: flood }, () => ({ similarKey: 1 })));
      await settle(await only(), { to: 'changed', error: 'edit_window_closed' });
      assert.deepEqual([(await get(ids[0])).state, (await get(ids[0])).error], ['sent', 'edit_window_closed']);
      assert.equal((await only()).delivery.id, more[0]);
    });

    test('a message that was deleted in Slack can be sent once more', async (t) => {
      const { store, clock, accept, only, settle, get } = await setUp(t);
      clock.skip(1_000);
      const [id = ''] = await accept({ destination: inSlack('#other') });
      const sent = await only();
      await settle(sent, { to: 'sent', slack: where(sent.delivery), uploaded: 0 });
      await store.edit(id, { text: 'new' }, clock.now());
      await settle(await only(), { to: 'changed', error: 'message_not_found', gone: true });
      await assert.rejects(store.edit(id, { text: 'newer' }, clock.now()), WrongState);
      await store.requeue(id, clock.now(), clock.now() + 5_000);
      assert.deepEqual([(await get(id)).state, (await get(id)).slack, (await get(id)).error], ['queued', null, null]);
      const again = await only();
      assert.deepEqual([again.delivery.id, again.delivery.text, again.delivery.outcomeUnknown], [id, 'new', false]);
    });
  });
}
