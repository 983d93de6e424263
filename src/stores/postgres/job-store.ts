import type { JobStore } from '../../ports/job-store.ts';
import { mostPruned } from '../common/job-rows.ts';
import { createBatches } from './batches.ts';
import type { Database } from './database.ts';
import { type Addition, createJobOutput } from './job-output.ts';
import type { createJobs } from './jobs.ts';

interface JobStoreParts {
  db: Database;
  jobs: ReturnType<typeof createJobs>;
  /** @see Pruning.trusted */
  trusted(before: number): number;
  onOutput(id: string): void;
  onCommit(ms: number, items: number): void;
}

export function createJobStore({ db, jobs, trusted, onOutput, onCommit }: JobStoreParts) {
  const output = createJobOutput(db);
  const adding = createBatches<Addition, number>({ run: output.add, onCommit });

  const store: Omit<JobStore, 'onJob' | 'onOutput'> = {
    ...jobs.reads,
    async addOutput(id, lines, cursor) {
      const newest = await adding.add({ id, lines, cursor });
      if (lines.length > 0) onOutput(id);
      return newest;
    },
    output: output.read,
    async pruneJobs(before) {
      const until = trusted(before);
      let all = 0;
      while (all < mostPruned) {
        const deleted = await jobs.prune(until, mostPruned - all);
        if (deleted === 0) break;
        all += deleted;
      }
      return all;
    },
  };
  return { store, settled: adding.settled };
}
