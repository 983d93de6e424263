import { parentPort, workerData } from 'node:worker_threads';
import type { Try } from '../ports/patterns.ts';
import { Memory } from './memory.ts';
import { createMatchers, tryAll } from './try-all.ts';

/** What `thread-search.ts` sends; the answer is `Tried[]`. */
export interface SearchJob {
  readonly text: string;
  readonly tries: readonly Try[];
  readonly allowances: readonly number[];
  /** Milliseconds for the whole text. */
  readonly withinMs: number;
}

/** The main of the thread that searches for patterns. */
const { memoryBytes } = workerData as { memoryBytes: number };
const matchers = createMatchers(new Memory(memoryBytes));
parentPort?.on('message', ({ text, tries, allowances, withinMs }: SearchJob) => {
  const end = performance.now() + withinMs;
  parentPort?.postMessage(tryAll(text, tries, allowances, matchers, () => performance.now() > end));
});
