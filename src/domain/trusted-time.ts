/** The newest wall time that is old enough to delete things by, and for how long the clock has been ahead of it. */
export interface TrustedTime {
  /** Milliseconds since the epoch. */
  at: number;
  aheadMs: number;
}

/** A clock that is further ahead than this jumped, or the program did not run. Milliseconds. */
const toleranceMs = 3_600_000;
/** A clock that stays ahead for this long of running time is right. */
export const trustedAfterMs = 25 * 3_600_000;

/**
 * What is deleted cannot be brought back when the clock was wrong. So trusted time follows the clock back at once, but
 * forward only as fast as time passes, until the clock has stayed ahead for 25 hours.
 * @param elapsedMs monotonic time since `known` was computed
 */
export function trust(known: TrustedTime, now: number, elapsedMs: number): TrustedTime {
  const expected = known.at + elapsedMs;
  if (now <= expected + toleranceMs) return { at: now, aheadMs: 0 };
  const aheadMs = known.aheadMs + elapsedMs;
  return aheadMs >= trustedAfterMs ? { at: now, aheadMs: 0 } : { at: expected, aheadMs };
}
