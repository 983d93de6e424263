import type { Outcome } from '../ports/sender.ts';

/** Milliseconds until attempt number `attempt` + 1: doubles from 1 s to 1 min, each time somewhere in the upper half (equal jitter). */
export function backoffMs(attempt: number, random: () => number): number {
  const ceiling = Math.min(60_000, 1_000 * 2 ** Math.max(0, attempt - 1));
  return ceiling / 2 + (random() * ceiling) / 2;
}

/** A change of a message that was sent is given up after this many tries. */
export const changeAttempts = 8;

/** A file that Slack does not take is left out after this many tries; the next file and message wait for it until then. */
export const uploadAttempts = 5;

/** The code of a failure and what else Slack said: `missing_scope: needed chat:write`. */
export function errorText({ error, detail }: Exclude<Outcome<unknown>, { kind: 'sent' }>): string {
  return detail === undefined ? error : `${error}: ${detail}`;
}
