/**
 * Returns the milliseconds before the attempt after number `attempt`: exponential backoff from 1 s to `mostMs` with equal
 * jitter.
 */
export function backoffMs(attempt: number, random: () => number, mostMs = 60_000): number {
  const ceiling = Math.min(mostMs, 1_000 * 2 ** Math.min(30, Math.max(0, attempt - 1)));
  return ceiling / 2 + (random() * ceiling) / 2;
}
