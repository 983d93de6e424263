import type { RE2JS } from 're2js';
import type { PatternTools, Span } from '../ports/patterns.ts';
import { type Engine, wellFormed } from './engine.ts';
import { compileChecked } from './engine-re2js.ts';

const maxSpans = 100;

/** Spans always come from re2js: one page asks for them, one pattern at a time, and in UTF-16 units. */
export function toolsFor(engine: Engine): PatternTools {
  return {
    check(source) {
      engine.compile(source);
    },
    spans(source, text) {
      engine.compile(source);
      return spansOf(compileChecked(source), text);
    },
  };
}

function spansOf(compiled: RE2JS, text: string): Span[] {
  const matcher = compiled.matcher(wellFormed(text));
  const spans: Span[] = [];
  while (spans.length < maxSpans && matcher.find()) spans.push([matcher.start(), matcher.end()]);
  return spans;
}
