import assert from 'node:assert/strict';
import { inSlack } from '../../src/domain/destination.ts';
import { InvalidRequest, NotFound, WrongState } from '../../src/domain/errors.ts';
import { accept, claim, leaseMs, type On, only, send, slackRef } from './store-setup.ts';

/** Part of the store's contract: withdrawals, edits, retries and listings. */
export function changesContract(on: On): void {
  on('an edit of a sent message is claimed even if a later message is uploading its files meanwhile', async (under) => {
    const [first] = await accept(under, {}, {});
    await send(under, only(await claim(under)));
    const second = only(await claim(under));
    await under.store.edit(first?.id ?? '', { text: 'better' }, under.clock.now());
    const now = under.clock.now();
    const slack = slackRef(second.delivery);
    const posted = { to: 'posted', slack, uploaded: 0, readyAt: now + leaseMs, tat: 0 } as const;
    await under.store.settle(second.delivery, posted, now);
    await send(under, second);
    assert.equal(only(await claim(under)).delivery.text, 'better');
  });

  on(
    'a withdrawal takes effect at once while the message is queued, and through the worker after it was sent',
    async (under) => {
      const [sent, queued] = await accept(under, {}, {});
      await send(under, only(await claim(under)));
      assert.equal((await under.store.withdraw(queued?.id ?? '', under.clock.now())).state, 'withdrawn');
      const pending = await under.store.withdraw(sent?.id ?? '', under.clock.now());
      assert.deepEqual([pending.state, pending.pending], ['sent', 'delete']);
      const { delivery, tat } = only(await claim(under));
      assert.equal(delivery.pending, 'delete');
      await under.store.settle(delivery, { to: 'changed', readyAt: 0, tat }, under.clock.now());
      const gone = await under.store.delivery(sent?.id ?? '');
      assert.deepEqual([gone?.state, gone?.pending], ['withdrawn', null]);
      await under.store.withdraw(sent?.id ?? '', under.clock.now());
    },
  );

  on('an edit or a withdrawal during a send or an edit is done afterwards', async (under) => {
    const [first] = await accept(under, {});
    const claimed = only(await claim(under));
    await under.store.edit(first?.id ?? '', { text: 'better' }, under.clock.now());
    await send(under, claimed);
    const edit = only(await claim(under));
    assert.deepEqual([edit.delivery.pending, edit.delivery.text], ['update', 'better']);
    await under.store.withdraw(first?.id ?? '', under.clock.now());
    await under.store.settle(edit.delivery, { to: 'changed', readyAt: 0, tat: 0 }, under.clock.now());
    assert.equal(only(await claim(under)).delivery.pending, 'delete');
  });

  on('an edit that is made during another edit is not lost', async (under) => {
    const [first] = await accept(under, {});
    await send(under, only(await claim(under)));
    await under.store.edit(first?.id ?? '', { text: 'second' }, under.clock.now());
    const edit = only(await claim(under));
    await under.store.edit(first?.id ?? '', { text: 'third' }, under.clock.now());
    await under.store.settle(edit.delivery, { to: 'changed', readyAt: 0, tat: 0 }, under.clock.now());
    assert.equal(only(await claim(under)).delivery.text, 'third');
  });

  on('an edit changes a queued message in place', async (under) => {
    const [first] = await accept(under, {});
    const edited = await under.store.edit(first?.id ?? '', { text: 'new', title: 'T' }, under.clock.now());
    assert.deepEqual([edited.text, edited.title, edited.pending], ['new', 'T', null]);
    assert.equal(only(await claim(under)).delivery.text, 'new');
  });

  on('requeue restarts a failed message, and refuses one that is still queued', async (under) => {
    const [first, second] = await accept(under, {}, {});
    const { delivery, tat } = only(await claim(under));
    await under.store.settle(delivery, { to: 'failed', error: 'is_archived', readyAt: 0, tat }, under.clock.now());
    const again = await under.store.requeue(first?.id ?? '', under.clock.now(), under.clock.now() + 1_000);
    assert.deepEqual([again.state, again.error, again.attempts], ['queued', null, 0]);
    await assert.rejects(() => under.store.requeue(second?.id ?? '', 0, 0), WrongState);
    await assert.rejects(() => under.store.requeue('none', 0, 0), NotFound);
    await assert.rejects(() => under.store.withdraw('none', 0), NotFound);
  });

  on(
    'the list of deliveries is newest first, in pages, filtered by state, channel and part of the text',
    async (under) => {
      const given = await accept(under, ...Array.from({ length: 7 }, (_, index) => ({ text: `no ${index} 100%_x` })));
      await accept(under, { destination: inSlack('C9'), text: 'elsewhere' });
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await under.store.deliveries({ channel: 'ops' }, cursor, 3);
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.next;
      } while (cursor !== null);
      assert.deepEqual(seen, given.map(({ id }) => id).reverse());
      assert.equal((await under.store.deliveries({ search: 'NO 3 100%_' }, null, 10)).items.length, 1);
      assert.equal((await under.store.deliveries({ search: '%' }, null, 10)).items.length, 7);
      assert.equal((await under.store.deliveries({ state: 'sent' }, null, 10)).items.length, 0);
      await assert.rejects(under.store.deliveries({}, 'x', 10), InvalidRequest);
    },
  );

  on(
    'an edit in a unit of work changes a queued message in place, and a sent one through the worker',
    async (under) => {
      const [first] = await accept(under, {});
      const edit = (text: string) => under.store.accept({ edits: [{ id: first?.id ?? '', content: { text } }] });
      let told = 0;
      under.store.onWork(() => {
        told += 1;
      });
      await edit('second');
      const claimed = only(await claim(under));
      assert.deepEqual([claimed.delivery.text, claimed.delivery.pending], ['second', null]);
      await send(under, claimed);
      await edit('third');
      assert.equal(told, 2);
      const { delivery } = only(await claim(under));
      assert.deepEqual([delivery.text, delivery.pending], ['third', 'update']);
      await under.store.withdraw(delivery.id, under.clock.now());
      await assert.rejects(() => edit('fourth'), WrongState);
    },
  );
}
