import type { CounterStore } from '../../ports/store.ts';
import type { CommitQueue } from './commit-queue.ts';
import type { CounterTable } from './counters.ts';

export interface WrittenCounters extends CounterStore {
  /** Writes the new counts. Counts that the store refuses are written the next time. Never rejects. */
  write(): Promise<void>;
}

/** The port of counters: its results include counts that are not written yet. */
export function createCounterStore(
  counters: CounterTable,
  queue: CommitQueue,
  { now, onError }: { now(): number; onError(error: unknown): void },
): WrittenCounters {
  return {
    count: (team, name, by = 1) => counters.count(team, name, by),
    countError: (team, text) => counters.countError(team, text),
    counters: async (team) => ({ totals: counters.totals(team), writtenAt: counters.writtenAt() }),
    errors: async (team) => counters.errors(team),
    async write() {
      if (!counters.hasUnwritten()) return;
      try {
        await queue.run(() => counters.write());
        counters.written(now());
      } catch (error) {
        counters.unwritten();
        onError(error);
      }
    },
  };
}
