import { type Span, spanMs, startOfSpan } from './rollup-span.ts';

/** Attempts in a length of time, and how many of them succeeded. */
export interface Tally {
  total: number;
  up: number;
}

/** A tally of an hour or a day. `from`: its start, milliseconds since the epoch. */
export interface SpanTally extends Tally {
  from: number;
}

/** Returns the share of attempts that succeeded, from 0 to 1; null without attempts. */
export function shareOf(tallies: readonly Tally[]): number | null {
  const total = tallies.reduce((sum, each) => sum + each.total, 0);
  if (total === 0) return null;
  return tallies.reduce((sum, each) => sum + each.up, 0) / total;
}

/** Returns the last hours or days, oldest first; the last one contains `now`. Those without a tally have no attempts. */
export function lastSpans(tallies: readonly SpanTally[], span: Span, count: number, now: number): SpanTally[] {
  const current = startOfSpan(span, now);
  const byStart = new Map(tallies.map((tally) => [tally.from, tally]));
  return Array.from({ length: count }, (_, index) => {
    const from = current - (count - 1 - index) * spanMs[span];
    const { total = 0, up = 0 } = byStart.get(from) ?? {};
    return { from, total, up };
  });
}

/**
 * Formats a share of attempts: `99.98 %`. It is rounded down, and `100 %` only when all attempts succeeded.
 * null: `no data`.
 */
export function formatShare(share: number | null): string {
  if (share === null) return 'no data';
  // 0.9999 * 10000 is not 9999 in binary.
  const hundredths = Math.floor(share * 10_000 + 1e-7);
  return `${hundredths % 100 === 0 ? hundredths / 100 : (hundredths / 100).toFixed(2)} %`;
}

export const dayTones = ['none', 'good', 'degraded', 'bad'] as const;
export type DayTone = (typeof dayTones)[number];

/** Returns the colour of a day's bar. A single failed attempt among hundreds leaves the day good. */
export function toneOfShare(share: number | null): DayTone {
  if (share === null) return 'none';
  if (share >= 0.995) return 'good';
  return share >= 0.95 ? 'degraded' : 'bad';
}
