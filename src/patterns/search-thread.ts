import { parentPort, workerData } from 'node:worker_threads';
import { Memory } from './memory.ts';
import { outcomes } from './outcomes.ts';
import { createMatchers, tryAll } from './try-all.ts';

/** Message to this thread. The tries are parallel lists: copying thousands of objects would take ten times as long. */
export interface SearchJob {
  readonly text: string;
  readonly patterns: readonly string[];
  /** By pattern: its index in `allowances`. */
  readonly owners: Int32Array;
  readonly allowances: readonly number[];
  /** Milliseconds for the whole text. */
  readonly withinMs: number;
}

/** Message from this thread, by pattern. */
export interface SearchResult {
  /** Indexes in the list `outcomes`. */
  readonly outcomes: Uint8Array;
  readonly units: Float64Array;
}

// The main program of the search thread.
const { memoryBytes } = workerData as { memoryBytes: number };
const matchers = createMatchers(new Memory(memoryBytes));
parentPort?.on('message', ({ text, patterns, owners, allowances, withinMs }: SearchJob) => {
  const end = performance.now() + withinMs;
  const tries = patterns.map((pattern, index) => ({ pattern, owner: owners[index] as number }));
  const tried = tryAll(text, tries, allowances, matchers, () => performance.now() > end);
  const result: SearchResult = {
    outcomes: Uint8Array.from(tried, ({ outcome }) => outcomes.indexOf(outcome)),
    units: Float64Array.from(tried, ({ units }) => units),
  };
  parentPort?.postMessage(result);
});
