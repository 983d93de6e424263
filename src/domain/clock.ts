/** The program's source of time; tests pass one that they advance. */
export interface Clock {
  /** Milliseconds since the epoch. May jump in either direction when the clock is set. */
  now(): number;
  /** Milliseconds since an arbitrary moment. Never goes back and never jumps. For intervals and time-outs. */
  monotonic(): number;
  /** Calls `run` once after `ms` milliseconds of monotonic time. The returned function cancels it. */
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

/** Smaller moves of the clock, in milliseconds, are normal corrections and not jumps. */
export const smallestJumpMs = 1_000;

/**
 * Returns a function that returns how far the wall clock has jumped since the last call, in milliseconds: positive for
 * forward, 0 for no jump. After a machine slept, it reports a jump forward.
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

/** Computes how long stored periods of wall time still last. */
export interface Lifetimes {
  /** Returns the milliseconds left of the period `from` to `until`; 0 or less when it is over. */
  left(from: number, until: number, now: number): number;
  /** Returns the monotonic milliseconds since the clock was last set back, or since the start. */
  sinceSetBack(): number;
}

/**
 * A period with a start in the future was stored while the clock was ahead (or the clock is behind now). Such a period
 * lasts for its length from the moment when the clock was set back, not until the wall clock reaches its end. Stored times
 * are not changed, so a clock that is set back by mistake and corrected later does no harm.
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
