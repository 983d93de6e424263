import type { Span } from '../../domain/rollup-span.ts';

export const spans = ['hour', 'day'] as const satisfies Span[];

/** A span as stores write it. */
export const spanNumber = (span: Span): number => spans.indexOf(span);
