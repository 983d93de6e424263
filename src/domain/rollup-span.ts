const dayMs = 86_400_000;

/** Lengths of time over which results of checks are summed up, in UTC. */
export type Span = 'hour' | 'day';
export const spanMs: Readonly<Record<Span, number>> = { hour: 3_600_000, day: dayMs };

/** How long the sums are kept, milliseconds from the start of the span. */
export const spanKeptMs: Readonly<Record<Span, number>> = { hour: 8 * dayMs, day: 400 * dayMs };

/** Returns the start of the span that a time is in. */
export const startOfSpan = (span: Span, at: number): number => at - (at % spanMs[span]);
