import { normalisePattern } from '../domain/normalise-pattern.ts';
import { type Names, readingsOf } from '../domain/visible-text.ts';
import type { PatternTools, Span } from '../ports/patterns.ts';

const mostSpans = 100;

/**
 * Where a pattern matches a text in Slack's mrkdwn, read as messages are: as readers see it, and with ids and addresses.
 * @throws PatternRefused
 */
export function spansIn(tools: Pick<PatternTools, 'spans'>, names: Names, pattern: string, mrkdwn: string): Span[] {
  const normalised = normalisePattern(pattern);
  const found = readingsOf(mrkdwn, names).flatMap(({ text, source }) =>
    tools.spans(normalised, text).map(([start, end]) => source(start, end)),
  );
  return joined(found).slice(0, mostSpans);
}

/** In order; those that share a character become one. */
export function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = result.at(-1);
    if (last !== undefined && start < last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}
