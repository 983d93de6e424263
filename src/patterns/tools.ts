import type { PatternTools } from '../ports/patterns.ts';
import { accept, acceptNew } from './accept.ts';
import { createKnownPrograms } from './known-programs.ts';
import { warningsOf } from './lint.ts';
import { findSpans } from './spans.ts';

/** Returns functions for a single pattern: check, warnings, spans. All throw PatternRefused. */
export function createPatternTools(): PatternTools {
  const programOf = createKnownPrograms();
  return {
    check(source) {
      acceptNew(source);
    },
    warnings(source) {
      accept(source);
      return warningsOf(source);
    },
    spans(source, text) {
      return findSpans(source, programOf(source), text);
    },
  };
}
