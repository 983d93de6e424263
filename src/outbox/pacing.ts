/** A channel's pace: one message every `intervalMs` in the long run, `burst` at once after a pause. */
export interface Pace {
  intervalMs: number;
  burst: number;
}

/** Slack's documented limit for chat.postMessage: about one a second in a channel, short bursts allowed. */
export const slackPace: Pace = { intervalMs: 1_000, burst: 3 };

/**
 * The generic cell rate algorithm (ITU-T I.371) in one number: `tat`, the theoretical arrival time of the next message.
 * Answers the new `tat` after one message at `now`, and when the next one may go. All in milliseconds.
 */
export function pace(tat: number, now: number, { intervalMs, burst }: Pace): { tat: number; readyAt: number } {
  // No more than a burst ahead, which only a clock that was set back makes possible.
  const next = Math.min(Math.max(tat, now), now + (burst - 1) * intervalMs) + intervalMs;
  return { tat: next, readyAt: Math.max(now, next - (burst - 1) * intervalMs) };
}
