import type { Clock } from '../../domain/clock.ts';
import { waitsForLease } from '../../domain/lease.ts';
import type { PartHealth } from '../../ports/source.ts';
import type { AttemptResult } from './metrics.ts';

/** Attempts of this time are counted, in buckets. Milliseconds. */
const windowMs = 300_000;
const bucketMs = 60_000;
/** The part is degraded from so many dropped attempts on, if they are this share of all. */
const fewestDropped = 3;
const leastShare = 0.1;
/** The part is degraded when an attempt waits longer for one of the places. Milliseconds. */
const longestWaitMs = 60_000;

export interface CheckNumbers {
  checks: number;
  down: number;
  /** Whether this program runs the checks. */
  leads: boolean;
  /** How long the first attempt in the queue has been due, milliseconds. */
  waitsMs: number;
}

/** Judges whether this program keeps up with its checks. @param onAttempt is called with each attempt that is counted */
export function createCheckHealth(clock: Pick<Clock, 'monotonic'>, onAttempt: (result: AttemptResult) => void) {
  let buckets: { from: number; made: number; dropped: number }[] = [];

  function recent() {
    const since = clock.monotonic() - windowMs;
    buckets = buckets.filter(({ from }) => from > since);
    return buckets;
  }

  /** Returns what is wrong, with the remedy; null: nothing. */
  function problem(waitsMs: number): string | null {
    const made = recent().reduce((sum, bucket) => sum + bucket.made, 0);
    const dropped = recent().reduce((sum, bucket) => sum + bucket.dropped, 0);
    if (dropped >= fewestDropped && dropped >= made * leastShare) {
      return `${dropped} of ${made} attempts in 5 minutes told nothing of their targets, since this program is too busy or at a limit (open files, memory): give it more CPU and memory, or make fewer checks or a longer "every"`;
    }
    if (waitsMs > longestWaitMs) {
      return `attempts begin ${Math.round(waitsMs / 1_000)} s late, since as many as possible are under way: make fewer checks, a longer "every", or a shorter "within"`;
    }
    return null;
  }

  return {
    count(result: AttemptResult): void {
      onAttempt(result);
      const now = clock.monotonic();
      let last = recent().at(-1);
      if (last === undefined || now - last.from >= bucketMs) {
        last = { from: now, made: 0, dropped: 0 };
        buckets.push(last);
      }
      last.made += 1;
      if (result === 'dropped') last.dropped += 1;
    },
    of({ checks, down, leads, waitsMs }: CheckNumbers): PartHealth {
      if (checks === 0) return { state: 'ok', detail: 'no checks' };
      const count = `${checks} ${checks === 1 ? 'check' : 'checks'}`;
      if (!leads) return { state: 'ok', detail: `${count}; ${waitsForLease}` };
      const wrong = problem(waitsMs);
      const detail = `${count}, ${down} down`;
      return wrong === null ? { state: 'ok', detail } : { state: 'degraded', detail: `${detail}; ${wrong}` };
    },
  };
}
