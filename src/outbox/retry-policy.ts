/** Milliseconds until attempt number `attempt` + 1: doubles from 1 s to 1 min, each time somewhere in the upper half (equal jitter). */
export function backoffMs(attempt: number, random: () => number): number {
  const ceiling = Math.min(60_000, 1_000 * 2 ** Math.max(0, attempt - 1));
  return ceiling / 2 + (random() * ceiling) / 2;
}

/** A change of a message that was sent is given up after this many tries. */
export const changeAttempts = 8;
