import type { Job } from '../../domain/job.ts';
import type { JobStore } from '../../ports/job-store.ts';

const pageSize = 200;
/** More are refused when they are asked for, so this is never reached. */
const mostPages = 50;

/** Yields the jobs that have not ended, or whose end was not told; oldest first. */
export async function* unfinishedJobs(store: Pick<JobStore, 'unfinishedJobs'>): AsyncGenerator<Job> {
  let after: string | null = null;
  for (let page = 0; page < mostPages; page += 1) {
    const jobs: Job[] = await store.unfinishedJobs(after, pageSize);
    yield* jobs;
    after = jobs.at(-1)?.id ?? null;
    if (jobs.length < pageSize) return;
  }
}
