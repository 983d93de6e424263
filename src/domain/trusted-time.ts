/** A wall time that is safe to compute deletions from, and for how long the clock has been ahead of it. */
export interface TrustedTime {
  /** Milliseconds since the epoch. */
  at: number;
  aheadMs: number;
}

/** If the clock is further ahead than this, it jumped, or the program was not running. */
const toleranceMs = 3_600_000;
/** A clock that stays ahead for this long, while the program runs, is trusted. */
export const trustedAfterMs = 25 * 3_600_000;

/**
 * Returns the next trusted time. Deletions cannot be undone when the clock turns out to be wrong. So trusted time follows
 * the clock back at once, but forward only as fast as time passes, until the clock has stayed ahead for 25 hours.
 * @param elapsedMs monotonic time since `known` was computed
 */
export function trust(known: TrustedTime, now: number, elapsedMs: number): TrustedTime {
  const expected = known.at + elapsedMs;
  if (now <= expected + toleranceMs) return { at: now, aheadMs: 0 };
  const aheadMs = known.aheadMs + elapsedMs;
  return aheadMs >= trustedAfterMs ? { at: now, aheadMs: 0 } : { at: expected, aheadMs };
}
