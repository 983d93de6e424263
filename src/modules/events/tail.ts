import type { Clock } from '../../domain/clock.ts';
import { createPoll } from '../../lib/poll.ts';
import type { EventLogStore } from '../../ports/event-log-store.ts';
import type { NewsStore } from '../../ports/news-store.ts';

/** The store is asked for events of other programs this often; with PostgreSQL they tell of them besides. Milliseconds. */
const everyMs = 1_000;
/** Events that get their position in one transaction. */
const orderedAtOnce = 1_000;
/** By this the programs on a store tell one another of new events. */
const topic = 'events';

export interface Tail {
  start(): void;
  stop(): Promise<void>;
  /** Calls `listener` when there are new events in the log. Returns the function that ends it. */
  subscribe(listener: () => void): () => void;
}

export interface TailParts {
  store: EventLogStore & NewsStore;
  clock: Pick<Clock, 'after'>;
  onError(error: unknown): void;
}

/** Gives accepted events their position, and wakes whoever reads the log. */
export function createTail({ store, clock, onError }: TailParts): Tail {
  const listeners = new Set<() => void>();
  let known = -1;

  async function run(): Promise<void> {
    let ordered = 0;
    for (let count = orderedAtOnce; count === orderedAtOnce; ordered += count) {
      count = await store.orderEvents(orderedAtOnce);
    }
    const { last } = await store.eventEnds();
    if (last === known) return;
    known = last;
    if (ordered > 0) store.tell(topic, last);
    for (const listener of listeners) listener();
  }

  const poll = createPoll({ timer: clock, everyMs, run, onError });
  store.onEvents(poll.wake);
  store.onTold(topic, poll.wake);
  return {
    start: poll.start,
    stop: poll.stop,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
