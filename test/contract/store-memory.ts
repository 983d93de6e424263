import assert from 'node:assert/strict';
import type { Delivery } from '../../src/domain/delivery.ts';
import { NotFound, WrongState } from '../../src/domain/errors.ts';
import type { Claimed } from '../../src/ports/outbox-store.ts';
import type { UnitOfWork } from '../../src/ports/unit-of-work.ts';
import { newDelivery } from '../support/deliveries.ts';
import { incoming } from '../support/messages.ts';
import { eventually } from '../support/program.ts';
import { accept, claim, leaseMs, type On, only, send } from './store-setup.ts';

/** Part of the store's contract: keys, effects, scans, state, subscriptions, counters and installations. */
export function memoryContract(on: On): void {
  on('an accepted delivery can be read with all its fields', async (under) => {
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

  on('a key acts once; a repetition returns the first delivery and fingerprint', async ({ store, clock }) => {
    await store.install('T1');
    const first = newDelivery(clock.now());
    const again = newDelivery(clock.now());
    const one = await store.accept({
      key: 'k',
      fingerprint: 'f',
      deliveries: [first],
      counts: { team: 'T1', by: { total_msg_count: 1 } },
    });
    const two = await store.accept({
      key: 'k',
      fingerprint: 'g',
      deliveries: [again],
      counts: { team: 'T1', by: { total_msg_count: 1 } },
    });
    assert.deepEqual(one, { duplicate: false, fingerprint: 'f', deliveryId: first.id });
    assert.deepEqual(two, { duplicate: true, fingerprint: 'f', deliveryId: first.id });
    assert.equal(await store.delivery(again.id), null);
    assert.equal((await store.counters('T1')).totals.total_msg_count, 1);
  });

  on(
    'an effect is claimed once, is interrupted after its lease, and ends in one commit with its deliveries',
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

  on('a commit notifies only the listeners that have work', async ({ store, clock }) => {
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
    assert.deepEqual(await woken({ counts: { team: 'T1', by: { total_msg_count: 1 } } }), []);
  });

  on('the state of a module is written in one commit with the rest, or not at all', async ({ store, clock, open }) => {
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

  on('a state is replaced only while it has the value that was read', async ({ store, open }) => {
    const other = await open();
    const write = (to: typeof store, value: string | null, was: string | null) =>
      to.accept({ state: [{ name: 'watch:a', value, was }] }).then(
        () => 'written',
        (error) => error.constructor.name,
      );
    assert.deepEqual(
      (await Promise.all([write(store, 'one', null), write(other, 'two', null)])).sort(),
      ['WrongState', 'written'],
      'two that found none',
    );
    const first = await store.state('watch:a');
    assert.equal(await write(other, 'three', 'another'), 'WrongState');
    assert.equal(await write(other, null, 'another'), 'WrongState');
    assert.equal(await other.state('watch:a'), first);
    const values = Array.from({ length: 10 }, (_, index) => `${index}`);
    const outcomes = await Promise.all(
      values.map((value, index) => write(index % 2 === 0 ? store : other, value, first)),
    );
    assert.equal(outcomes.filter((outcome) => outcome === 'written').length, 1);
    assert.equal(await store.state('watch:a'), `${outcomes.indexOf('written')}`);
    assert.equal(await write(store, null, await store.state('watch:a')), 'written');
    assert.deepEqual([await other.state('watch:a'), await write(other, null, null)], [null, 'written']);
    await assert.rejects(
      store.accept({ key: 'k', deliveries: [newDelivery(0)], state: [{ name: 'watch:a', value: 'x', was: 'y' }] }),
      WrongState,
    );
    assert.equal((await store.accept({ key: 'k' })).duplicate, false, 'nothing of the unit was written');
  });

  on(
    'subscriptions and mutes are stored, and a changed version shows it to other processes',
    async ({ store, clock, open }) => {
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
      assert.deepEqual(
        (await other.tracking('T1')).subscriptions,
        [subscription],
        'the same pattern twice is held once',
      );
      assert.deepEqual((await other.tracking('T1')).mutes, [{ team: 'T1', user: 'U1', until: null }]);
      await other.accept({
        changes: [
          { type: 'unsubscribe', team: 'T1', ids: ['s1'] },
          { type: 'unmute', team: 'T1', user: 'U1' },
        ],
      });
      assert.deepEqual([(await store.tracking('T1')).subscriptions, (await store.tracking('T1')).mutes], [[], []]);
    },
  );

  on('a scan is leased and retried, and its deliveries are written once', async ({ store, clock }) => {
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

  on('counters and errors are written within a second and add up across stores', async ({ store, clock, open }) => {
    await store.install('T1');
    store.count('T1', 'total_msg_count');
    store.count('T1', 'total_msg_count', 2);
    store.countError('T1', 'Slack error : remote closed');
    assert.equal((await store.counters('T1')).totals.total_msg_count, 3);
    await clock.advance(1_000);
    await eventually(
      'the counters to be written',
      async () => (await store.counters('T1')).writtenAt === clock.now(),
      5_000,
    );
    const other = await open();
    other.count('T1', 'total_msg_count');
    assert.equal((await other.counters('T1')).totals.total_msg_count, 4);
    assert.deepEqual(await other.errors('T1'), { 'Slack error : remote closed': 1 });
    assert.equal((await store.counters('T1')).totals.total_msg_count, 3, 'the other has not written yet');
  });

  on('each team has its own counters, errors, subscriptions and mutes', async ({ store, clock }) => {
    store.count('T1', 'total_msg_count');
    store.countError('T1', 'Slack error : is_archived');
    await clock.advance(1_000);
    assert.equal((await store.counters('T2')).totals.total_msg_count, 0);
    assert.deepEqual(await store.errors('T2'), {});
    const of = (team: string) => ({ id: team, team, user: 'U1', pattern: 'stark', channel: null, createdAt: 1 });
    await store.accept({ changes: [{ type: 'subscribe', subscription: of('T1') }] });
    const version = await store.trackingVersion();
    await store.accept({
      changes: [
        { type: 'subscribe', subscription: of('T2') },
        { type: 'mute', mute: { team: 'T2', user: 'U1', until: null } },
        { type: 'unsubscribe', team: 'T2', ids: ['T1'] },
      ],
    });
    assert.deepEqual(await store.teamsChangedSince(version), ['T2']);
    assert.deepEqual((await store.teamsChangedSince(-1)).sort(), ['T1', 'T2']);
    assert.deepEqual(await store.tracking('T1'), { subscriptions: [of('T1')], mutes: [] });
    assert.deepEqual((await store.tracking('T2')).subscriptions, [of('T2')]);
  });

  on('the first installed workspace takes over everything that was accepted before', async (under) => {
    const { store, clock } = under;
    const early = newDelivery(clock.now(), { team: '' });
    await store.accept({ key: 'idempotency::k', deliveries: [early] });
    store.count('', 'total_msg_count', 2);
    const [claimed] = await claim(under);
    await store.install('T1');
    await send(under, claimed as Claimed);
    assert.equal((await store.delivery(early.id))?.team, 'T1');
    assert.deepEqual(
      [(await store.counters('T1')).totals.total_msg_count, (await store.counters('T1')).totals.total_messages_slacked],
      [2, 1],
    );
    const again = await store.accept({ key: 'idempotency:T1:k', deliveries: [newDelivery(clock.now())] });
    assert.deepEqual([again.duplicate, again.deliveryId], [true, early.id]);
    await clock.advance(10);
    await store.install('T2');
    assert.deepEqual(await store.installations(), ['T1', 'T2']);
    await clock.advance(10);
    await store.install('T1');
    assert.deepEqual(await (await under.open()).installations(), ['T2', 'T1']);
  });

  on('the counts of a unit of work are written in its commit, with the time', async ({ store, clock }) => {
    await clock.advance(10);
    await store.accept({
      deliveries: [newDelivery(clock.now())],
      counts: { team: 'T1', by: { forwarded_msg_count: 1 } },
    });
    assert.equal((await store.counters('T1')).writtenAt, clock.now());
  });

  on('prune deletes old finished deliveries and old state, and no waiting message', async (under) => {
    const [ended, waiting] = await accept(under, {}, {});
    await send(under, only(await claim(under)));
    await under.store.accept({ state: [{ name: 'incidents:old', value: 'x' }] });
    under.clock.skip(3 * 86_400_000);
    await under.store.accept({ state: [{ name: 'incidents:new', value: 'x' }] });
    assert.equal(await under.store.prune(under.clock.now() - 2 * 86_400_000), 1);
    assert.deepEqual([await under.store.state('incidents:old'), await under.store.state('incidents:new')], [null, 'x']);
    assert.equal(await under.store.delivery(ended?.id ?? ''), null);
    assert.ok(await under.store.delivery(waiting?.id ?? ''));
  });

  on('the store notifies its own process of work and of states', async (under) => {
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
}
