import assert from 'node:assert/strict';
import { inSlack } from '../../src/domain/destination.ts';
import { newDelivery } from '../support/deliveries.ts';
import { accept, backlog, claim, leaseMs, type On, only, send, slackRef } from './store-setup.ts';

/** Part of the store's contract: the queues of destinations, with claims, leases, retries, merging and order. */
export function queueContract(on: On): void {
  on(
    'the messages of a channel are claimed in order, one at a time, and those of several channels at once',
    async (under) => {
      await under.store.install('T1');
      const [a1, a2, b1] = await accept(
        under,
        { destination: inSlack('a') },
        { destination: inSlack('a') },
        { destination: inSlack('b') },
      );
      const claimed = await claim(under);
      assert.deepEqual(claimed.map(({ delivery }) => delivery.id).sort(), [a1?.id, b1?.id].sort());
      assert.deepEqual(await claim(under), [], 'nothing more is claimed before they are settled');
      for (const each of claimed) await send(under, each);
      assert.equal(only(await claim(under)).delivery.id, a2?.id);
      const other = await under.open();
      assert.equal((await other.counters('T1')).totals.total_messages_slacked, 2, 'counted with the commit, not later');
    },
  );

  on('no message of a team on hold is claimed or due', async (under) => {
    const { store, clock } = under;
    await accept(under, { team: 'T1', destination: inSlack('a') }, { team: 'T2', destination: inSlack('a') });
    const claimed = await store.claim(clock.now(), leaseMs, 10, ['T1']);
    assert.deepEqual(
      claimed.map(({ delivery }) => delivery.team),
      ['T2'],
    );
    assert.deepEqual(await store.claim(clock.now(), leaseMs, 10, ['T1', 'T3']), []);
    assert.ok((await store.nextDue(['T1'])) > clock.now());
    assert.equal(await store.nextDue(['T1', 'T2']), Number.POSITIVE_INFINITY);
    assert.equal(only(await claim(under)).delivery.team, 'T1');
  });

  on('a channel is not claimed before its readyAt, which nextDue returns', async (under) => {
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

  on('a delivery whose lease expired is claimed again, with its outcome unknown', async (under) => {
    await accept(under, {});
    assert.equal(only(await claim(under)).delivery.outcomeUnknown, false);
    await under.clock.advance(leaseMs - 1);
    assert.deepEqual(await claim(under), []);
    await under.clock.advance(1);
    const again = only(await claim(under));
    assert.equal(again.delivery.outcomeUnknown, true);
    assert.equal(again.delivery.attempts, 2);
  });

  on('a retried delivery keeps its place in the queue and records whether its outcome is unknown', async (under) => {
    const [first] = await accept(under, {}, {});
    for (const outcomeUnknown of [false, true, false]) {
      const { delivery, tat } = only(await claim(under));
      assert.equal(delivery.id, first?.id);
      const now = under.clock.now();
      await under.store.settle(delivery, { to: 'retry', error: 'later', outcomeUnknown, readyAt: now + 10, tat }, now);
      assert.equal((await under.store.delivery(delivery.id))?.error, 'later');
      await under.clock.advance(10);
    }
    assert.equal(only(await claim(under)).delivery.outcomeUnknown, false);
  });

  on('after a failed delivery the next one of the channel is claimed', async (under) => {
    const [first, second] = await accept(under, {}, {});
    const { delivery, tat } = only(await claim(under));
    const now = under.clock.now();
    await under.store.settle(delivery, { to: 'failed', error: 'channel_not_found', readyAt: now, tat }, now);
    assert.equal((await under.store.delivery(first?.id ?? ''))?.state, 'failed');
    assert.equal(only(await claim(under)).delivery.id, second?.id);
  });

  on('a message that waited longer than its time to live expires, with its last error', async (under) => {
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

  on('a posted delivery keeps the address of its post, so that only its files are still to be sent', async (under) => {
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
    assert.equal(again.delivery.outcomeUnknown, false, 'the address of the post is known');
    assert.equal(Buffer.from((await under.store.blob('b')) ?? []).toString(), 'bytes');
    await under.store.settle(again.delivery, { to: 'sent', slack, uploaded: 1, readyAt: now, tat }, now);
    assert.equal(await under.store.blob('b'), null, 'the bytes are deleted with the last delivery that needs them');
  });

  on('in a channel with a backlog similar messages are merged, and no others', async (under) => {
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

  on('similar messages are merged into a sent digest, which is edited', async (under) => {
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

  on('no message is merged while the backlog is within its limit', async (under) => {
    await accept(under, ...Array.from({ length: backlog }, () => ({ similarKey: 1 })));
    assert.equal(only(await claim(under)).delivery.mergedCount, 0);
  });

  on('a backlog of thousands over several channels is sent completely and in order', async (under) => {
    const channels = ['a', 'b', 'c'];
    const many = Array.from({ length: 3_000 }, (_, n) => ({
      destination: inSlack(channels[n % 7 === 0 ? 1 : n % 2 ? 2 : 0] ?? ''),
    }));
    const given = await accept(under, { destination: inSlack('old') }, ...many, { destination: inSlack('old') });
    const seen = new Map<string, string[]>();
    for (let claimed = await claim(under); claimed.length > 0; claimed = await claim(under)) {
      for (const each of claimed) {
        const { id, destination } = each.delivery;
        seen.set(destination.address, [...(seen.get(destination.address) ?? []), id]);
        await send(under, each);
      }
    }
    for (const channel of ['old', ...channels]) {
      const expected = given.filter((each) => each.destination.address === channel).map(({ id }) => id);
      assert.deepEqual(seen.get(channel), expected, channel);
    }
  });

  on('two stores share the queue: each delivery is claimed by one of them', async (under) => {
    const other = await under.open();
    await accept(under, ...Array.from({ length: 20 }, (_, index) => ({ destination: inSlack(`c${index % 10}`) })));
    const [mine, theirs] = await Promise.all([
      under.store.claim(under.clock.now(), leaseMs, 5),
      other.claim(under.clock.now(), leaseMs, 10),
    ]);
    const ids = [...mine, ...theirs].map(({ delivery }) => delivery.id);
    assert.equal(ids.length, 10, 'one a channel');
    assert.equal(new Set(ids).size, 10);
  });

  on('a settlement after the lease expired does not end the lease of another process', async (under) => {
    const other = await under.open();
    const [first] = await accept(under, {}, {});
    const late = only(await claim(under));
    await under.clock.advance(leaseMs);
    only(await other.claim(under.clock.now(), leaseMs, 10));
    await send(under, late);
    assert.equal((await under.store.delivery(first?.id ?? ''))?.state, 'sent');
    assert.deepEqual(await claim(under), [], 'the channel is still the other’s');
  });

  on('release returns all leases at once', async (under) => {
    await accept(under, {});
    only(await claim(under));
    await under.store.release(under.clock.now());
    only(await claim(under));
  });
}
