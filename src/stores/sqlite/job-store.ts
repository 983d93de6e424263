import type { JobStore } from '../../ports/job-store.ts';
import { mostPruned } from '../common/job-rows.ts';
import type { StoreListeners } from '../common/listeners.ts';
import type { CommitQueue } from './commit-queue.ts';
import type { JobOutputTable } from './job-output.ts';
import type { JobTable } from './jobs.ts';

interface JobStoreParts {
  jobs: JobTable;
  output: JobOutputTable;
  queue: CommitQueue;
  /** @see Upkeep.trusted */
  trusted(before: number): number;
  listeners: Pick<StoreListeners, 'output'>;
}

export function createJobStore(parts: JobStoreParts): Omit<JobStore, 'onJob' | 'onOutput'> {
  const { jobs, output, queue, trusted, listeners } = parts;
  return {
    ...jobs.reads,
    async addOutput(id, lines, cursor) {
      const newest = await queue.run(() => output.add(id, lines, cursor));
      if (lines.length > 0) listeners.output.tell(id);
      return newest;
    },
    output: async (id, after, limit) => output.read(id, after, limit),
    async pruneJobs(before) {
      const until = trusted(before);
      let all = 0;
      while (all < mostPruned) {
        const deleted = await queue.run(() => jobs.prune(until, mostPruned - all));
        if (deleted === 0) break;
        all += deleted;
      }
      return all;
    },
  };
}
