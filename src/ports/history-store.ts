import type { Span } from '../domain/rollup-span.ts';

/** Results of one check in an hour or a day (UTC). */
export interface Rollup {
  check: string;
  span: Span;
  /** Start of the span, milliseconds since the epoch. */
  from: number;
  /** Attempts, without those in maintenance. */
  total: number;
  up: number;
  /** Number of successful attempts by bucket of their latency, see `domain/latency.ts`. */
  latencies: Readonly<Record<number, number>>;
}

/** The history of checks: hours of the last 8 days, and days of the last 400. */
export interface HistoryStore {
  /** Rollups that begin at `from` or later, those of each check oldest first. `checks`: their names, at most 200. */
  rollups(checks: readonly string[], span: Span, from: number): Promise<Rollup[]>;
  /** Writes rollups, at most 200, in one commit and in place of those with the same check, span and start. */
  writeRollups(rollups: readonly Rollup[]): Promise<void>;
}
