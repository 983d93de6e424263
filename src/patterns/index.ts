/** Patterns: matches thousands of regular expressions against one text, in linear time. */
import { setImmediate } from 'node:timers/promises';
import type { PatternSearch, PatternSet } from '../ports/patterns.ts';
import type { OnBroken } from './matcher.ts';
import { Memory } from './memory.ts';
import { createThreadSearch, type ThreadSearchOptions } from './thread-search.ts';
import { createPatternTools } from './tools.ts';
import { createTwoStageSet } from './two-stage-set.ts';

export { createPatternTools };

/** Memory for all automata of the event loop, bytes. */
const memoryBytes = 8 * 1024 * 1024;

/** Returns an empty set. Patterns have RE2 syntax and match anywhere in the text, without regard to case. */
export function createPatternSet(onBroken?: OnBroken, memory = new Memory(memoryBytes)): PatternSet {
  return createTwoStageSet(memory, () => setImmediate(), onBroken);
}

/** Returns a search that runs in a worker thread, started by the first search. */
function createPatternSearch(options: ThreadSearchOptions): PatternSearch {
  return createThreadSearch(options);
}

/** Returns the set, the tools and the thread search; logs a stored pattern that no longer compiles. */
export function createPatterns(options: ThreadSearchOptions) {
  const onBroken: OnBroken = (pattern, error) =>
    options.log.error({ err: error, pattern }, 'a stored pattern no longer compiles; it matches nothing');
  const memory = new Memory(memoryBytes);
  return {
    /** Returns an empty set. All sets share one memory limit. */
    createSet: () => createPatternSet(onBroken, memory),
    tools: createPatternTools(),
    search: createPatternSearch(options),
  };
}
