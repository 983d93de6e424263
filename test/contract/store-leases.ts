import assert from 'node:assert/strict';
import type { Store } from '../../src/ports/store.ts';
import type { On } from './store-setup.ts';

const lengthMs = 60_000;

/** Part of the store's contract: the leases of tasks that one of the programs on the store runs. */
export function leasesContract(on: On): void {
  on('one of two programs has the lease of a task, until it ends', async ({ store, clock, open }) => {
    const other = await open();
    const take = (by: Store, name = 'reminders') => by.lease(name, clock.now(), lengthMs);
    assert.deepEqual([await take(store), await take(other), await take(store)], [true, false, true]);
    assert.equal(await take(other, 'digest'), true, 'each task has its own');
    clock.skip(lengthMs - 1);
    assert.equal(await take(other), false);
    clock.skip(1);
    assert.deepEqual([await take(other), await take(store)], [true, false]);
  });

  on('a lease that was taken while the clock was ahead is taken over', async ({ store, clock, open }) => {
    const other = await open();
    await store.lease('reminders', clock.now(), lengthMs);
    clock.jump(-3_600_000);
    assert.equal(await other.lease('reminders', clock.now(), lengthMs), true);
  });

  on('a store that is closed gives its leases back, and no others', async ({ store, clock, open }) => {
    const [stopped, other] = [await open(), await open()];
    for (const [name, by] of [
      ['reminders', stopped],
      ['digest', stopped],
      ['watch', other],
    ] as const) {
      assert.equal(await by.lease(name, clock.now(), lengthMs), true);
    }
    await stopped.close();
    const taken = ['reminders', 'digest', 'watch'].map((name) => store.lease(name, clock.now(), lengthMs));
    assert.deepEqual(await Promise.all(taken), [true, true, false]);
  });
}
