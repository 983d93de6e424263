import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../domain/clock.ts';
import type { EventLogStore } from '../../ports/event-log-store.ts';

/** Positions that are measured by one statement. */
const span = 200;
/** Measures are forgotten after this time, since events of an erased workspace go from the middle. Milliseconds. */
const rememberMs = 3_600_000;

type Ends = Awaited<ReturnType<EventLogStore['eventEnds']>>;

/**
 * Returns a function that resolves with the position up to which events are too much for `mostBytes`; 0: all fit. Each event is
 * measured about once: the bytes of whole spans of positions are remembered.
 */
export function createFitting(
  store: Pick<EventLogStore, 'eventBytes'>,
  clock: Pick<Clock, 'monotonic'>,
  mostBytes: number,
): (ends: Ends) => Promise<number> {
  /** Bytes of the events after a position, a multiple of `span`, and up to the next one. */
  const known = new Map<number, number>();
  let knownSince = clock.monotonic();

  async function bytesOf(after: number, upTo: number): Promise<number> {
    const bytes = known.get(after);
    if (bytes !== undefined && upTo - after === span) return bytes;
    const measured = await store.eventBytes(after, upTo);
    if (upTo - after === span) known.set(after, measured);
    // A log of a million events is many statements, and with SQLite each runs at once.
    await nextTurn();
    return measured;
  }

  function forget(first: number): void {
    if (clock.monotonic() - knownSince > rememberMs) {
      known.clear();
      knownSince = clock.monotonic();
    }
    for (const after of known.keys()) if (after < first - 1) known.delete(after);
  }

  return async function excess({ first, last }) {
    forget(first);
    let left = mostBytes;
    for (let upTo = last; upTo >= first; ) {
      const after = Math.max(Math.floor((upTo - 1) / span) * span, first - 1);
      const bytes = await bytesOf(after, upTo);
      if (bytes > left) return lastThatDoesNotFit(after, upTo, left);
      left -= bytes;
      upTo = after;
    }
    return 0;
  };

  async function lastThatDoesNotFit(after: number, upTo: number, bytes: number): Promise<number> {
    let left = bytes;
    for (let position = upTo; position > after; position -= 1) {
      left -= await store.eventBytes(position - 1, position);
      if (left < 0) return position;
    }
    return after;
  }
}
