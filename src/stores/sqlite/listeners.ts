import type { Delivery } from '../../domain/delivery.ts';
import type { TrackingChanges } from '../../ports/tracking-store.ts';

type Listener<A extends unknown[]> = (...args: A) => void;

/** Those who asked to be told of one kind of thing, in the order in which they asked. */
function createListeners<A extends unknown[]>() {
  const listeners: Listener<A>[] = [];
  return {
    add: (listener: Listener<A>) => void listeners.push(listener),
    tell(...args: A): void {
      for (const listener of listeners) listener(...args);
    },
  };
}

/** What a store tells the rest of its process after a commit; see the ports. */
export function createStoreListeners() {
  return {
    work: createListeners<[]>(),
    scan: createListeners<[]>(),
    effect: createListeners<[]>(),
    state: createListeners<[delivery: Delivery]>(),
    merged: createListeners<[digest: Delivery, count: number]>(),
    tracking: createListeners<[committed: TrackingChanges]>(),
  };
}
