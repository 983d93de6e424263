import type { Clock } from './clock.ts';

/** Another program takes a lease over when its holder did not prolong it for this time. Milliseconds. */
const leaseMs = 20_000;
/** The store is asked again when the lease was taken this long ago. Milliseconds. */
const prolongMs = 7_000;

/**
 * `hold` is called about this often by a task that keeps its lease, and by one that waits for it. So a task is taken over within
 * 25 s, or within 30 s if the first program that would have asked is killed as well. Milliseconds.
 */
export const holdEveryMs = 4_000;

/** The text by which /status and errors tell that a part waits for its lease. */
export const waitsForLease = `waits for its lease, which another program on this store has, or this one had when it was killed (then for ${leaseMs / 1_000} s at most)`;

/** The right to run a task that one of the programs on a store runs. */
export interface Lease {
  /**
   * Takes the lease, or prolongs it. Resolves with whether this program has it. Cheap while it was prolonged within the
   * last seconds. After a kill it ends by itself, and a store that is closed gives it back. @throws StoreUnavailable
   */
  hold(): Promise<boolean>;
  /** Whether it was held less than its length ago: also while the store is unavailable. Asks nobody. */
  isHeld(): boolean;
}

interface Store {
  /** See `LeaseStore`. */
  lease(name: string, now: number, ms: number): Promise<boolean>;
}

export function createLease(store: Store, name: string, clock: Pick<Clock, 'now' | 'monotonic'>): Lease {
  let takenAt = Number.NEGATIVE_INFINITY;
  const isHeld = () => clock.monotonic() - takenAt < leaseMs;
  return {
    isHeld,
    async hold() {
      const askedAt = clock.monotonic();
      if (askedAt - takenAt < prolongMs) return true;
      const isTaken = await store.lease(name, clock.now(), leaseMs);
      takenAt = isTaken ? askedAt : Number.NEGATIVE_INFINITY;
      // False when the process was suspended in between.
      return isHeld();
    },
  };
}
