import assert from 'node:assert/strict';
import type { Store } from '../../src/ports/store.ts';
import { newDelivery } from '../support/deliveries.ts';
import type { On } from './store-setup.ts';

const event = (id: string, team = 'T1') => ({ id, team, body: JSON.stringify({ id, text: 'ü \u0000' }) });
const ids = (events: readonly { id: string }[]) => events.map(({ id }) => id);

async function order(store: Store): Promise<void> {
  while ((await store.orderEvents(3)) === 3);
}

/** Part of the store's contract: the log of events for programs outside. */
export function eventLogContract(on: On): void {
  on('events are in the log in the order in which they were accepted, with what they cause', async (under) => {
    const { store, clock, open } = under;
    const delivery = newDelivery(clock.now());
    await store.accept({ key: 'k1', events: [event('e1'), event('e2')], deliveries: [delivery] });
    for (const id of ['e3', 'e4', 'e5', 'e6', 'e7']) await store.accept({ events: [event(id, 'T2')] });
    await order(store);
    const other = await open();
    const all = await other.eventsAfter(0, 100);
    assert.deepEqual(ids(all), ['e1', 'e2', 'e3', 'e4', 'e5', 'e6', 'e7']);
    assert.deepEqual(
      all.map(({ position }) => position),
      [1, 2, 3, 4, 5, 6, 7],
    );
    assert.deepEqual(all[0], { ...event('e1'), position: 1, at: clock.now() });
    assert.deepEqual(ids(await store.eventsAfter(2, 2)), ['e3', 'e4']);
    assert.deepEqual(await store.eventsAfter(7, 2), []);
    assert.ok(await store.delivery(delivery.id));
  });

  on('a unit with a known key brings no event a second time', async ({ store, open }) => {
    const other = await open();
    const unit = { key: 'k', events: [event('e1')] };
    const [first, second] = await Promise.all([store.accept(unit), store.accept(unit)]);
    assert.deepEqual([first.duplicate, second.duplicate], [false, true]);
    await other.accept(unit);
    await order(store);
    assert.deepEqual(ids(await store.eventsAfter(0, 10)), ['e1']);
  });

  on('a unit that is refused brings no event', async ({ store }) => {
    await assert.rejects(store.accept({ events: [event('e1')], edits: [{ id: 'none', content: { text: 'x' } }] }));
    await order(store);
    assert.deepEqual(await store.eventsAfter(0, 10), []);
  });

  on('programs that order events at the same time give each event one position', async ({ store, open }) => {
    const others = [store, await open(), await open()];
    const accepted: Promise<unknown>[] = [];
    for (let n = 0; n < 60; n += 1) {
      accepted.push((others[n % 3] as Store).accept({ events: [event(`e${n}`)] }));
      if (n % 7 === 0) accepted.push(Promise.all(others.map(order)));
    }
    await Promise.all(accepted);
    await order(store);
    const all = await store.eventsAfter(0, 100);
    assert.deepEqual(
      all.map(({ position }) => position),
      Array.from({ length: 60 }, (_, n) => n + 1),
    );
    assert.equal(new Set(ids(all)).size, 60);
  });

  on('a reader of the log misses no event, whatever other programs accept meanwhile', async ({ store, open }) => {
    const writers = [await open(), await open()];
    const seen: string[] = [];
    let isOver = false;
    async function read(): Promise<void> {
      for (let position = 0, wasOver = false; !wasOver; ) {
        wasOver = isOver;
        await order(store);
        const page = await store.eventsAfter(position, 10);
        seen.push(...ids(page));
        position = page.at(-1)?.position ?? position;
        if (page.length > 0) wasOver = false;
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    async function write(writer: Store, name: string): Promise<void> {
      for (let n = 0; n < 40; n += 1) await writer.accept({ events: [event(`${name}${n}`)] });
    }
    const reading = read();
    await Promise.all(writers.map((writer, index) => write(writer, 'ab'[index] ?? '')));
    isOver = true;
    await reading;
    for (const name of 'ab') {
      const own = seen.filter((id) => id.startsWith(name));
      assert.deepEqual(
        own,
        Array.from({ length: 40 }, (_, n) => `${name}${n}`),
      );
    }
  });

  on('events are deleted up to a position and by their age, and no position is given again', async (under) => {
    const { store, clock } = under;
    assert.deepEqual(await store.eventEnds(), { first: 1, last: 0 });
    for (const id of ['e1', 'e2', 'e3']) await store.accept({ events: [event(id)] });
    await order(store);
    assert.deepEqual(await store.eventEnds(), { first: 1, last: 3 });
    const begin = clock.now();
    await store.pruneEvents(1, begin);
    assert.deepEqual(await store.eventEnds(), { first: 2, last: 3 });
    clock.skip(1_000);
    await store.accept({ events: [event('e4')] });
    await order(store);
    await store.pruneEvents(0, begin + 1);
    assert.deepEqual(ids(await store.eventsAfter(0, 10)), ['e4']);
    await store.pruneEvents(4, begin);
    assert.deepEqual(await store.eventEnds(), { first: 5, last: 4 });
    await store.accept({ events: [event('e5')] });
    await order(store);
    assert.deepEqual(await store.eventEnds(), { first: 5, last: 5 });
  });

  on('events are measured by the bytes of their bodies in UTF-8', async ({ store }) => {
    const texts = ['x'.repeat(100_000), 'ü', '🙂'.repeat(2_000)];
    const bodies = texts.map((text) => JSON.stringify({ text }));
    for (const [n, body] of bodies.entries()) await store.accept({ events: [{ id: `e${n}`, team: 'T1', body }] });
    await order(store);
    const [first = 0, second = 0, third = 0] = bodies.map((body) => Buffer.byteLength(body));
    assert.equal(await store.eventBytes(0, 3), first + second + third);
    assert.equal(await store.eventBytes(1, 2), second);
    assert.equal(await store.eventBytes(2, 100), third);
    assert.equal(await store.eventBytes(3, 100), 0);
  });

  on('no event is deleted for its age because the clock was set forward', async ({ store, clock }) => {
    await store.accept({ events: [event('e1')] });
    await order(store);
    clock.jump(10 * 86_400_000);
    await store.pruneEvents(0, clock.now() - 86_400_000);
    assert.deepEqual(ids(await store.eventsAfter(0, 10)), ['e1']);
  });

  on('a listener is told of accepted events, and of no duplicates', async ({ store }) => {
    let told = 0;
    store.onEvents(() => {
      told += 1;
    });
    await store.accept({ key: 'k', events: [event('e1')] });
    await store.accept({ key: 'k', events: [event('e1')] });
    await store.accept({});
    assert.equal(told, 1);
  });
}
