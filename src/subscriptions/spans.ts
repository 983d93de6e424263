import { normalisePattern } from '../domain/normalise-pattern.ts';
import { joined, type Span } from '../domain/spans.ts';
import { type Names, readingsOf } from '../domain/visible-text.ts';
import type { PatternTools } from '../ports/patterns.ts';

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
