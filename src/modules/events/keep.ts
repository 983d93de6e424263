import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock.ts';
import { createLease } from '../../domain/lease.ts';
import type { Store } from '../../ports/store.ts';
import { readProgress } from './cursor.ts';
import { createFitting } from './fitting.ts';

/** No event is kept longer. Milliseconds. */
const keptMs = 24 * 3_600_000;
/** For a receiver that is away, so many times EVENTS_MAXLEN are kept. */
const timesForAway = 10;

export interface Lost {
  events: number;
  /** When the last of them were deleted, milliseconds since the epoch. */
  at: number;
}

const lostName = (sink: string): string => `events:lost:${sink}`;

/** Resolves with how many events a receiver lost because they were deleted before it took them; null: none. */
export async function readLost(store: Pick<Store, 'state'>, sink: string): Promise<Lost | null> {
  const value = await store.state(lostName(sink));
  return value === null ? null : (JSON.parse(value) as Lost);
}

export interface KeepParts {
  store: Store;
  clock: Clock;
  log: Logger;
  /** EVENTS_MAXLEN */
  keep: number;
  /** EVENTS_MAX_BYTES */
  mostBytes: number;
  sinks: readonly string[];
  onLost(sink: string, events: number): void;
}

/** Returns the task that bounds the log. One of the programs on the store runs it. */
export function createKeep({ store, clock, log, keep, mostBytes, sinks, onLost }: KeepParts): () => Promise<void> {
  const lease = createLease(store, 'events', clock);
  const excess = createFitting(store, clock, mostBytes);

  async function tellLost(sink: string, events: number): Promise<void> {
    const before = (await readLost(store, sink))?.events ?? 0;
    const lost: Lost = { events: before + events, at: clock.now() };
    await store.accept({ state: [{ name: lostName(sink), value: JSON.stringify(lost) }] });
    log.error({ receiver: sink, events }, 'events were deleted before a receiver took them: it was away for too long');
    onLost(sink, events);
  }

  return async function bound() {
    if (!(await lease.hold())) return;
    const { first, last } = await store.eventEnds();
    const positions = new Map<string, number>();
    for (const sink of sinks) positions.set(sink, (await readProgress(store, sink)).position);
    const sent = Math.min(last, ...positions.values());
    const upTo = Math.max(Math.min(last - keep, sent), last - keep * timesForAway, await excess({ first, last }));
    await store.pruneEvents(upTo, clock.now() - keptMs);
    const { first: kept } = await store.eventEnds();
    for (const [sink, position] of positions) {
      const lost = kept - 1 - Math.max(position, first - 1);
      if (lost > 0) await tellLost(sink, lost);
    }
  };
}
