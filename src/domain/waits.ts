/**
 * Upper bounds of stored waits. A longer one was stored while the clock was ahead, and is cut to the bound.
 */

/** Hold of a channel. A longer Retry-After of Slack is cut to this; the next attempt gets the rest. */
export const longestHoldMs = 3_600_000;

/** Wait between attempts without a Retry-After: backoff, pacing and leases are shorter. */
export const longestUsualHoldMs = 60_000;

/** Mute with a time limit. */
export const longestMuteMs = 30 * 86_400_000;
