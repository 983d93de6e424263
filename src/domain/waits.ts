/**
 * The longest a stored wait can be, milliseconds. A longer one was written by a clock that was ahead, so whoever reads or
 * repairs it cuts it to this.
 */

/** Until a channel's next attempt: a longer Retry-After of Slack's is asked for again after this. */
export const longestHoldMs = 3_600_000;

/** From one attempt to the next without a Retry-After: backoff, pace and leases are all shorter. */
export const longestUsualHoldMs = 60_000;

/** A timed mute; one that is longer was probably forgotten. */
export const longestMuteMs = 30 * 86_400_000;
