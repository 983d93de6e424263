import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Delivery, NewDelivery } from '../../src/domain/delivery.ts';
import { InvalidRequest, NotFound, WrongState } from '../../src/domain/errors.ts';
import type { Claimed } from '../../src/ports/outbox-store.ts';
import type { Store } from '../../src/ports/store.ts';
import type { UnitOfWork } from '../../src/ports/unit-of-work.ts';
import type { ManualClock } from '../support/clock.ts';
import { newDelivery } from '../support/deliveries.ts';
import { incoming } from '../support/messages.ts';

/** `open` opens the same store once more, as another process would. */
export interface StoreUnderTest {
  store: Store;
  clock: ManualClock;
  open(): Promise<Store>;
}

const leaseMs = 30_000;
const backlog = 10;

/** What every store must do; `make` answers a new, empty one, closed after the test by whoever made it. */
export function storeContract(
  name: string,
  make: (t: import('node:test').TestContext) => Promise<StoreUnderTest>,
): void {
  describe(`store contract: ${name}`, () => {
    const on = (title: string, run: (under: StoreUnderTest) => Promise<void>) =>
      test(title, async (t) => run(await make(t)));

    async function accept({ store, clock }: StoreUnderTest, ...more: Partial<NewDelivery>[]): Promise<NewDelivery[]> {
      const deliveries = more.map((each) => newDelivery(clock.now(), each));
      await store.accept({ deliveries });
      return deliveries;
    }
    const claim = ({ store, clock }: StoreUnderTest, limit = 10) => store.claim(clock.now(), leaseMs, limit);
    const slackRef = (delivery: Delivery) => ({ channel: 'C1', ts: `1.${delivery.seq}`, permalink: null });
    async function send(under: StoreUnderTest, { delivery, tat }: Claimed): Promise<void> {
      const now = under.clock.now();
      await under.store.settle(
        delivery,
        { to: 'sent', slack: slackRef(delivery), uploaded: 0, readyAt: now, tat },
        now,
      );
    }
    const only = (claimed: Claimed[]): Claimed => {
      assert.equal(claimed.length, 1, 'exactly one is claimed');
      return claimed[0] as Claimed;
    };

    on('what is accepted can be read, with everything it was given', async (under) => {
      const [given] = await accept(under, {
        title: 'Hola',
        threadTs: '1.2',
        blocks: [{ type: 'divider' }],
        attachments: [{ blob: 'b', name: 'a.txt' }],
      });
      const kept = await under.store.delivery(given?.id ?? '');
      assert.ok(kept);
      for (const [field, value] of Object.entries(given ?? {})) {
        assert.deepEqual(kept[field as keyof Delivery], value, field);
      }
      assert.equal(kept.state, 'queued');
    });

    on('a key acts once, and answers the first delivery and fingerprint again', async ({ store, clock }) => {
      const first = newDelivery(clock.now());
      const again = newDelivery(clock.now());
      const one = await store.accept({
        key: 'k',
        fingerprint: 'f',
        deliveries: [first],
        counts: { total_msg_count: 1 },
      });
      const two = await store.accept({
        key: 'k',
        fingerprint: 'g',
        deliveries: [again],
        counts: { total_msg_count: 1 },
      });
      assert.deepEqual(one, { duplicate: false, fingerprint: 'f', deliveryId: first.id });
      assert.deepEqual(two, { duplicate: true, fingerprint: 'f', deliveryId: first.id });
      assert.equal(await store.delivery(again.id), null);
      assert.equal((await store.counters()).totals.total_msg_count, 1);
    });

    on('a channel is served in order, one at a time; channels side by side', async (under) => {
      const [a1, a2, b1] = await accept(under, { channel: 'a' }, { channel: 'a' }, { channel: 'b' });
      const claimed = await claim(under);
      assert.deepEqual(claimed.map(({ delivery }) => delivery.id).sort(), [a1?.id, b1?.id].sort());
      assert.deepEqual(await claim(under), [], 'nothing more while those are under way');
      for (const each of claimed) await send(under, each);
      assert.equal(only(await claim(under)).delivery.id, a2?.id);
      const other = await under.open();
      assert.equal((await other.counters()).totals.total_messages_slacked, 2, 'counted with the commit, not later');
    });

    on('readyAt holds a channel back, and nextDue says until when', async (under) => {
      await accept(under, {}, {});
      const { delivery, tat } = only(await claim(under));
      const now = under.clock.now();
      await under.store.settle(
        delivery,
        { to: 'sent', slack: slackRef(delivery), uploaded: 0, readyAt: now + 1_000, tat },
        now,
      );
      assert.deepEqual(await claim(under), []);
      assert.equal(await under.store.nextDue(), now + 1_000);
      await under.clock.advance(1_000);
      only(await claim(under));
    });

    on('a lease that ran out is claimed again, with the outcome unknown', async (under) => {
      await accept(under, {});
      assert.equal(only(await claim(under)).delivery.outcomeUnknown, false);
      await under.clock.advance(leaseMs - 1);
      assert.deepEqual(await claim(under), []);
      await under.clock.advance(1);
      const again = only(await claim(under));
      assert.equal(again.delivery.outcomeUnknown, true);
      assert.equal(again.delivery.attempts, 2);
    });

    on('a retry keeps the place in the queue and says whether the outcome is known', async (under) => {
      const [first] = await accept(under, {}, {});
      for (const outcomeUnknown of [false, true, false]) {
        const { delivery, tat } = only(await claim(under));
        assert.equal(delivery.id, first?.id);
        const now = under.clock.now();
        await under.store.settle(
          delivery,
          { to: 'retry', error: 'later', outcomeUnknown, readyAt: now + 10, tat },
          now,
        );
        assert.equal((await under.store.delivery(delivery.id))?.error, 'later');
        await under.clock.advance(10);
      }
      assert.equal(only(await claim(under)).delivery.outcomeUnknown, false);
    });

    on('a failure frees the channel for the next', async (under) => {
      const [first, second] = await accept(under, {}, {});
      const { delivery, tat } = only(await claim(under));
      const now = under.clock.now();
      await under.store.settle(delivery, { to: 'failed', error: 'channel_not_found', readyAt: now, tat }, now);
      assert.equal((await under.store.delivery(first?.id ?? ''))?.state, 'failed');
      assert.equal(only(await claim(under)).delivery.id, second?.id);
    });

    on('what waited longer than its time to live expires, with the last error', async (under) => {
      const [old, young] = await accept(under, { expiresAt: under.clock.now() + 1_000 }, {});
      const { delivery, tat } = only(await claim(under));
      const now = under.clock.now();
      await under.store.settle(
        delivery,
        { to: 'retry', error: 'HTTP 500', outcomeUnknown: false, readyAt: now + 2_000, tat },
        now,
      );
      await under.clock.advance(2_000);
      assert.equal(only(await claim(under)).delivery.id, young?.id);
      const expired = await under.store.delivery(old?.id ?? '');
      assert.equal(expired?.state, 'expired');
      assert.match(expired?.error ?? '', /HTTP 500/);
    });

    on('posted remembers the message, so that only its files are still to do', async (under) => {
      await under.store.accept({
        deliveries: [newDelivery(under.clock.now(), { attachments: [{ blob: 'b', name: 'a' }] })],
        blobs: [{ id: 'b', bytes: Buffer.from('bytes') }],
      });
      const { delivery, tat } = only(await claim(under));
      const now = under.clock.now();
      const slack = slackRef(delivery);
      await under.store.settle(delivery, { to: 'posted', slack, uploaded: 0, readyAt: now + leaseMs, tat }, now);
      await under.clock.advance(leaseMs);
      const again = only(await claim(under));
      assert.deepEqual(again.delivery.slack, slack);
      assert.equal(again.delivery.outcomeUnknown, false, 'where the message is, is known');
      assert.equal(Buffer.from((await under.store.blob('b')) ?? []).toString(), 'bytes');
      await under.store.settle(again.delivery, { to: 'sent', slack, uploaded: 1, readyAt: now, tat }, now);
      assert.equal(await under.store.blob('b'), null, 'the bytes go with the last that needs them');
    });

    on('a channel that has fallen behind has similar messages merged, and only those', async (under) => {
      const similar = Array.from({ length: backlog + 5 }, () => ({ similarKey: 1 }));
      const given = await accept(
        under,
        ...similar.slice(0, 5),
        { similarKey: 2 },
        { similarKey: null },
        ...similar.slice(5),
      );
      const head = only(await claim(under));
      assert.equal(head.delivery.id, given[0]?.id);
      assert.equal(head.delivery.mergedCount, backlog + 4);
      const states = await Promise.all(given.map(async ({ id }) => (await under.store.delivery(id))?.state));
      assert.equal(states.filter((state) => state === 'merged').length, backlog + 4);
      const merged = (await under.store.deliveries({ mergedInto: head.delivery.id }, null, 100)).items;
      assert.equal(merged.length, backlog + 4);
      await send(under, head);
      assert.equal(only(await claim(under)).delivery.id, given[5]?.id);
    });

    on('a digest that was sent takes in more by an edit', async (under) => {
      const many = Array.from({ length: backlog + 2 }, () => ({ similarKey: 1 }));
      const [first] = await accept(under, ...many);
      await send(under, only(await claim(under)));
      await accept(under, ...many);
      const edit = only(await claim(under));
      assert.equal(edit.delivery.id, first?.id);
      assert.equal(edit.delivery.pending, 'update');
      assert.equal(edit.delivery.mergedCount, 2 * (backlog + 2) - 1);
      const now = under.clock.now();
      await under.store.settle(edit.delivery, { to: 'changed', readyAt: now, tat: edit.tat }, now);
      assert.equal((await under.store.delivery(first?.id ?? ''))?.pending, null);
      assert.deepEqual(await claim(under), []);
    });

    on('up to the limit of the backlog nothing is merged', async (under) => {
      await accept(under, ...Array.from({ length: backlog }, () => ({ similarKey: 1 })));
      assert.equal(only(await claim(under)).delivery.mergedCount, 0);
    });

    on('order holds and nothing is passed over in a backlog of thousands over several channels', async (under) => {
      const channels = ['a', 'b', 'c'];
      const many = Array.from({ length: 3_000 }, (_, n) => ({ channel: channels[n % 7 === 0 ? 1 : n % 2 ? 2 : 0] }));
      const given = await accept(under, { channel: 'old' }, ...many, { channel: 'old' });
      const seen = new Map<string, string[]>();
      for (let claimed = await claim(under); claimed.length > 0; claimed = await claim(under)) {
        for (const each of claimed) {
          const { id, channel } = each.delivery;
          seen.set(channel, [...(seen.get(channel) ?? []), id]);
          await send(under, each);
        }
      }
      for (const channel of ['old', ...channels]) {
        const expected = given.filter((each) => each.channel === channel).map(({ id }) => id);
        assert.deepEqual(seen.get(channel), expected, channel);
      }
    });

    on('an edit of what was sent is done, also when a later one is uploading its files meanwhile', async (under) => {
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

    on('withdraw: at once while queued, by the worker when it was sent', async (under) => {
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
    });

    on('withdraw and edit while it is being sent: done afterwards', async (under) => {
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

    on('an edit made while another is under way is not lost', async (under) => {
      const [first] = await accept(under, {});
      await send(under, only(await claim(under)));
      await under.store.edit(first?.id ?? '', { text: 'second' }, under.clock.now());
      const edit = only(await claim(under));
      await under.store.edit(first?.id ?? '', { text: 'third' }, under.clock.now());
      await under.store.settle(edit.delivery, { to: 'changed', readyAt: 0, tat: 0 }, under.clock.now());
      assert.equal(only(await claim(under)).delivery.text, 'third');
    });

    on('an edit while queued changes it in place', async (under) => {
      const [first] = await accept(under, {});
      const edited = await under.store.edit(first?.id ?? '', { text: 'new', title: 'T' }, under.clock.now());
      assert.deepEqual([edited.text, edited.title, edited.pending], ['new', 'T', null]);
      assert.equal(only(await claim(under)).delivery.text, 'new');
    });

    on('requeue: failed and expired only, once more from the start', async (under) => {
      const [first, second] = await accept(under, {}, {});
      const { delivery, tat } = only(await claim(under));
      await under.store.settle(delivery, { to: 'failed', error: 'is_archived', readyAt: 0, tat }, under.clock.now());
      const again = await under.store.requeue(first?.id ?? '', under.clock.now(), under.clock.now() + 1_000);
      assert.deepEqual([again.state, again.error, again.attempts], ['queued', null, 0]);
      await assert.rejects(() => under.store.requeue(second?.id ?? '', 0, 0), WrongState);
      await assert.rejects(() => under.store.requeue('none', 0, 0), NotFound);
      await assert.rejects(() => under.store.withdraw('none', 0), NotFound);
    });

    on('listing: newest first, page by page, by state, channel and part of the text', async (under) => {
      const given = await accept(under, ...Array.from({ length: 7 }, (_, index) => ({ text: `no ${index} 100%_x` })));
      await accept(under, { channel: 'C9', text: 'elsewhere' });
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
    });

    on(
      'an effect is claimed once; after its lease it is interrupted, and it ends with what it causes',
      async (under) => {
        const { store, clock, open } = under;
        const asker = { team: 'T1', user: 'U1', channel: 'C1', isPrivate: false, trace: 't' };
        const effect = { id: 'e1', name: 'restart', argument: '{"container":"web"}', asker };
        await store.accept({ key: 'k', effects: [effect] });
        await store.accept({ key: 'k', effects: [{ ...effect, id: 'e2' }] });
        const other = await open();
        assert.deepEqual(await store.claimEffects(clock.now(), leaseMs, 10), [{ effect, interrupted: false }]);
        assert.deepEqual(await other.claimEffects(clock.now(), leaseMs, 10), [], 'neither twice nor of a duplicate');
        await clock.advance(leaseMs);
        assert.deepEqual(await other.claimEffects(clock.now(), leaseMs, 10), [{ effect, interrupted: true }]);
        const told = [newDelivery(clock.now()), newDelivery(clock.now())] as const;
        await other.finishEffect('e1', { deliveries: [told[0]] });
        await store.finishEffect('e1', { deliveries: [told[1]] });
        const kept = (await store.deliveries({}, null, 10)).items.map(({ id }) => id);
        assert.deepEqual(kept, [told[0].id], 'only the first end counts');
        await clock.advance(leaseMs);
        assert.deepEqual(await store.claimEffects(clock.now(), leaseMs, 10), []);
      },
    );

    on('only those are woken who have something to do', async ({ store, clock }) => {
      const told: string[] = [];
      store.onWork(() => told.push('work'));
      store.onScan(() => told.push('scan'));
      store.onEffect(() => told.push('effect'));
      const woken = async (unit: UnitOfWork) => {
        await store.accept(unit);
        return told.splice(0);
      };
      const asker = { team: 'T1', user: 'U1', channel: 'C1', isPrivate: false, trace: 't' };
      assert.deepEqual(await woken({ deliveries: [newDelivery(clock.now())] }), ['work']);
      assert.deepEqual(await woken({ scan: incoming({}) }), ['scan']);
      assert.deepEqual(await woken({ effects: [{ id: 'e', name: 'n', argument: '', asker }] }), ['effect']);
      assert.deepEqual(await woken({ counts: { total_msg_count: 1 } }), []);
    });

    on('a module’s state is written with the rest, or not at all', async ({ store, clock, open }) => {
      const delivery = newDelivery(clock.now());
      assert.equal(await store.state('incidents:a'), null);
      await store.accept({
        deliveries: [delivery],
        state: [
          { name: 'incidents:a', value: 'first' },
          { name: 'incidents:b', value: '' },
        ],
      });
      const other = await open();
      assert.deepEqual([await other.state('incidents:a'), await other.state('incidents:b')], ['first', '']);
      await store.accept({ key: 'k', state: [{ name: 'incidents:a', value: 'second' }] });
      await store.accept({ key: 'k', state: [{ name: 'incidents:a', value: 'a duplicate' }] });
      await assert.rejects(
        () =>
          store.accept({ edits: [{ id: 'none', content: {} }], state: [{ name: 'incidents:a', value: 'no message' }] }),
        NotFound,
      );
      assert.equal(await other.state('incidents:a'), 'second');
      await store.accept({ state: [{ name: 'incidents:a', value: null }] });
      assert.deepEqual([await store.state('incidents:a'), await store.state('incidents:b')], [null, '']);
    });

    on('an edit that comes with other work: in place while queued, by the worker when it was sent', async (under) => {
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
    });

    on('subscriptions and mutes are kept, and the version tells others', async ({ store, clock, open }) => {
      const before = await store.trackingVersion();
      const subscription = {
        id: 's1',
        team: 'T1',
        user: 'U1',
        pattern: 'stark',
        channel: null,
        createdAt: clock.now(),
      };
      await store.accept({
        changes: [
          { type: 'subscribe', subscription },
          { type: 'subscribe', subscription: { ...subscription, id: 's2' } },
          { type: 'mute', mute: { team: 'T1', user: 'U1', until: null } },
        ],
      });
      const other = await open();
      assert.notEqual(await other.trackingVersion(), before);
      assert.deepEqual((await other.tracking()).subscriptions, [subscription], 'the same pattern twice is held once');
      assert.deepEqual((await other.tracking()).mutes, [{ team: 'T1', user: 'U1', until: null }]);
      await other.accept({
        changes: [
          { type: 'unsubscribe', ids: ['s1'] },
          { type: 'unmute', team: 'T1', user: 'U1' },
        ],
      });
      assert.deepEqual([(await store.tracking()).subscriptions, (await store.tracking()).mutes], [[], []]);
    });

    on('scan work is leased, retried, and ends with what it found, once', async ({ store, clock }) => {
      const message = incoming({ key: 'k', text: 'see file' });
      await store.accept({ key: 'k', scan: message });
      const [job] = await store.claimScans(clock.now(), leaseMs, 10);
      assert.deepEqual([job?.message, job?.attempts], [message, 1]);
      assert.deepEqual(await store.claimScans(clock.now(), leaseMs, 10), []);
      await store.retryScan(job?.id ?? 0, clock.now() + 5);
      await clock.advance(5);
      assert.equal((await store.claimScans(clock.now(), leaseMs, 10))[0]?.attempts, 2);
      const found = newDelivery(clock.now());
      await store.finishScan(job?.id ?? 0, { deliveries: [found] });
      await store.finishScan(job?.id ?? 0, { deliveries: [newDelivery(clock.now())] });
      assert.equal((await store.deliveries({}, null, 10)).items.length, 1);
      assert.equal((await store.nextDue()) <= clock.now(), true);
    });

    on('counters and errors add up across stores, written within a second', async ({ store, clock, open }) => {
      store.count('total_msg_count');
      store.count('total_msg_count', 2);
      store.countError('Slack error : remote closed');
      assert.equal((await store.counters()).totals.total_msg_count, 3);
      await clock.advance(1_000);
      assert.equal((await store.counters()).writtenAt, clock.now());
      const other = await open();
      other.count('total_msg_count');
      assert.equal((await other.counters()).totals.total_msg_count, 4);
      assert.deepEqual(await other.errors(), { 'Slack error : remote closed': 1 });
      assert.equal((await store.counters()).totals.total_msg_count, 3, 'the other has not written yet');
    });

    on('what is counted with a commit is written with it, and says when', async ({ store, clock }) => {
      await clock.advance(10);
      await store.accept({ deliveries: [newDelivery(clock.now())], counts: { forwarded_msg_count: 1 } });
      assert.equal((await store.counters()).writtenAt, clock.now());
    });

    on('two stores share the queue: each delivery is claimed by one of them', async (under) => {
      const other = await under.open();
      await accept(under, ...Array.from({ length: 20 }, (_, index) => ({ channel: `c${index % 10}` })));
      const [mine, theirs] = await Promise.all([
        under.store.claim(under.clock.now(), leaseMs, 5),
        other.claim(under.clock.now(), leaseMs, 10),
      ]);
      const ids = [...mine, ...theirs].map(({ delivery }) => delivery.id);
      assert.equal(ids.length, 10, 'one a channel');
      assert.equal(new Set(ids).size, 10);
    });

    on('one who comes back after its lease ran out does not free the other’s', async (under) => {
      const other = await under.open();
      const [first] = await accept(under, {}, {});
      const late = only(await claim(under));
      await under.clock.advance(leaseMs);
      only(await other.claim(under.clock.now(), leaseMs, 10));
      await send(under, late);
      assert.equal((await under.store.delivery(first?.id ?? ''))?.state, 'sent');
      assert.deepEqual(await claim(under), [], 'the channel is still the other’s');
    });

    on('release gives leases back at once', async (under) => {
      await accept(under, {});
      only(await claim(under));
      await under.store.release(under.clock.now());
      only(await claim(under));
    });

    on('prune forgets what ended long ago, and nothing that waits', async (under) => {
      const [ended, waiting] = await accept(under, {}, {});
      await send(under, only(await claim(under)));
      await under.store.accept({ state: [{ name: 'incidents:old', value: 'x' }] });
      under.clock.skip(3 * 86_400_000);
      await under.store.accept({ state: [{ name: 'incidents:new', value: 'x' }] });
      assert.equal(await under.store.prune(under.clock.now() - 2 * 86_400_000), 1);
      assert.deepEqual(
        [await under.store.state('incidents:old'), await under.store.state('incidents:new')],
        [null, 'x'],
      );
      assert.equal(await under.store.delivery(ended?.id ?? ''), null);
      assert.ok(await under.store.delivery(waiting?.id ?? ''));
    });

    on('tells its own process of work and of states', async (under) => {
      let work = 0;
      const states: string[] = [];
      under.store.onWork(() => {
        work += 1;
      });
      under.store.onState(({ state }) => states.push(state));
      await accept(under, {});
      await send(under, only(await claim(under)));
      assert.equal(work, 1);
      assert.deepEqual(states, ['sent']);
    });
  });
}
