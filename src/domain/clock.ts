/** Time as the program sees it; tests pass one they move by hand. */
export interface Clock {
  /** Milliseconds since the epoch. May jump in either direction when somebody or NTP sets the clock. */
  now(): number;
  /** Milliseconds since some moment of this process; never goes back and never jumps. For intervals and time-outs. */
  monotonic(): number;
  /** Calls `run` once after `ms` milliseconds of monotonic time; the answer cancels it. */
  after(ms: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: Date.now,
  monotonic: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** Smaller moves are corrections that the system clock makes all the time. Milliseconds. */
export const smallestJumpMs = 1_000;

/**
 * Returns a function that tells how far the wall clock jumped since it was called last: positive is forward, 0 is no
 * jump. A machine that slept looks like a jump forward.
 */
export function createJumpWatch({ now, monotonic }: Pick<Clock, 'now' | 'monotonic'>): () => number {
  let offset = now() - monotonic();
  return function jumped() {
    const current = now() - monotonic();
    const by = current - offset;
    offset = current;
    return Math.abs(by) < smallestJumpMs ? 0 : by;
  };
}

/** What lasts from one stored wall time to another. */
export interface Lifetimes {
  /** Milliseconds left at `now`; 0 or less: it is over. */
  left(from: number, until: number, now: number): number;
  /** Monotonic milliseconds since the clock was set back last, or since the start. */
  sinceSetBack(): number;
}

/**
 * What began in the future began while the clock was ahead (or the clock is behind now). It then lasts for its length
 * from the moment that the clock was set back, not until the wall clock has caught up with its end. Nothing stored is
 * changed, so a clock that is set back by mistake and corrected later does no harm.
 */
export function createLifetimes(clock: Pick<Clock, 'now' | 'monotonic'>): Lifetimes {
  const jumped = createJumpWatch(clock);
  let setBackAt = clock.monotonic();
  function sinceSetBack(): number {
    if (jumped() < 0) setBackAt = clock.monotonic();
    return clock.monotonic() - setBackAt;
  }
  return {
    sinceSetBack,
    left(from, until, now) {
      const running = sinceSetBack();
      const beganAhead = from > now + smallestJumpMs && until > from;
      return beganAhead ? until - from - running : until - now;
    },
  };
}
