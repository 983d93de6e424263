import type { DestinationKind } from '../domain/destination.ts';

/** A channel's pace: one message every `intervalMs` in the long run, `burst` at once after a pause. */
export interface Pace {
  intervalMs: number;
  burst: number;
}

/** Slack's documented limit for chat.postMessage: about one a second in a channel, short bursts allowed. */
export const slackPace: Pace = { intervalMs: 1_000, burst: 3 };

/**
 * The pace of other destinations. A mail server refuses floods; ntfy.sh allows 60 messages at once and one in 5 s after that
 * (docs.ntfy.sh/publish, "Limitations"); a webhook is a program.
 */
export const paces = {
  slack: slackPace,
  email: { intervalMs: 1_000, burst: 10 },
  ntfy: { intervalMs: 5_000, burst: 50 },
  webhook: { intervalMs: 100, burst: 50 },
} as const satisfies Record<DestinationKind, Pace>;

/**
 * The generic cell rate algorithm (ITU-T I.371) in one number: `tat`, the theoretical arrival time of the next
 * message. Returns the `tat` after one message at `now`, and the time when the next message may go. All in
 * milliseconds.
 */
export function pace(tat: number, now: number, { intervalMs, burst }: Pace): { tat: number; readyAt: number } {
  // At most a burst ahead; more is possible only after the clock was set back.
  const next = Math.min(Math.max(tat, now), now + (burst - 1) * intervalMs) + intervalMs;
  return { tat: next, readyAt: Math.max(now, next - (burst - 1) * intervalMs) };
}
