import assert from 'node:assert/strict';
import type { Delivery } from '../../src/domain/delivery.ts';
import { accept, claim, type On, only, send } from './store-setup.ts';

/** Part of the store's contract: replies to other deliveries. */
export function repliesContract(on: On): void {
  on('a reply is claimed with the thread of its parent while that is in Slack, and keeps its tone', async (under) => {
    const { store, clock } = under;
    const [parent] = await accept(under, { tone: 'critical' });
    const replyTo = parent?.id ?? '';
    const [first, second] = await accept(under, { replyTo, tone: 'resolved' }, { replyTo });
    const card = only(await claim(under));
    assert.deepEqual([card.delivery.tone, card.delivery.replyTo], ['critical', undefined]);
    await send(under, card);
    const reply = only(await claim(under));
    const { id, threadTs, tone } = reply.delivery;
    assert.deepEqual([id, reply.delivery.replyTo, threadTs, tone], [first?.id, replyTo, '1.1', 'resolved']);
    await send(under, reply);

    await store.withdraw(replyTo, clock.now());
    const later = await store.delivery(second?.id ?? '');
    assert.equal(later?.threadTs, '1.1', 'it is in Slack until it is deleted there');
    const { delivery, tat } = only(await claim(under));
    await store.settle(delivery, { to: 'changed', readyAt: clock.now(), tat }, clock.now());
    assert.equal(only(await claim(under)).delivery.threadTs, undefined);
  });

  on('a reply whose thread is gone records its parent as deleted in Slack, in the same commit', async (under) => {
    const { store, clock } = under;
    const states: Delivery[] = [];
    store.onState((delivery) => states.push(delivery));
    const [parent] = await accept(under, {});
    const id = parent?.id ?? '';
    await accept(under, { replyTo: id });
    await send(under, only(await claim(under)));
    const { delivery, tat } = only(await claim(under));
    const slack = { channel: 'C1', ts: '9.9', permalink: null };
    const settle = (goneThread: string) =>
      store.settle(
        delivery,
        { to: 'sent', slack, uploaded: 0, warnings: ['w'], goneThread, readyAt: clock.now(), tat },
        clock.now(),
      );
    await settle('0.1');
    assert.equal((await store.delivery(id))?.state, 'sent', 'another message than the one that is gone');
    await settle('1.1');
    const after = await store.delivery(id);
    assert.deepEqual([after?.state, after?.error, after?.pending], ['withdrawn', 'message_not_found', null]);
    assert.ok(states.some((told) => told.id === id && told.state === 'withdrawn'));
    assert.deepEqual((await store.delivery(delivery.id))?.warnings, ['w']);
    assert.equal((await store.requeue(id, clock.now(), clock.now() + 1_000)).slack, null, 'it can be sent again');
  });
}
