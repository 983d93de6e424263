/** Patterns: thousands of regular expressions over one text, in linear time. */
import { setImmediate } from 'node:timers/promises';
import type { PatternSearch, PatternSet } from '../ports/patterns.ts';
import type { OnBroken } from './matcher.ts';
import { Memory } from './memory.ts';
import { createThreadSearch, type ThreadSearchOptions } from './thread-search.ts';

export { createPatternTools };

import { createPatternTools } from './tools.ts';
import { createTwoStageSet } from './two-stage-set.ts';

/** What all automata of the event loop may hold together. */
const memoryBytes = 8 * 1024 * 1024;

/** An empty set. Patterns are RE2 syntax, matched anywhere in the text and without regard to case. */
export function createPatternSet(onBroken?: OnBroken): PatternSet {
  return createTwoStageSet(new Memory(memoryBytes), () => setImmediate(), onBroken);
}

/** Searches in a thread of its own, which starts with the first search. */
function createPatternSearch(options: ThreadSearchOptions): PatternSearch {
  return createThreadSearch(options);
}

/** All that the program needs of patterns. */
export function createPatterns(options: ThreadSearchOptions) {
  const onBroken: OnBroken = (pattern, error) =>
    options.log.error({ err: error, pattern }, 'a stored pattern no longer compiles; it matches nothing');
  return { set: createPatternSet(onBroken), tools: createPatternTools(), search: createPatternSearch(options) };
}
