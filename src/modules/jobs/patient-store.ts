import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock.ts';
import { StoreUnavailable, WrongState } from '../../domain/errors.ts';
import type { Job } from '../../domain/job.ts';
import { pause } from '../../lib/pause.ts';
import type { JobStore } from '../../ports/job-store.ts';
import type { AcceptStore } from '../../ports/unit-of-work.ts';

/** Writes jobs, and waits while the store is unavailable. Rejects with the signal's reason once it is aborted. */
export interface PatientStore extends Pick<JobStore, 'addOutput'> {
  /** Writes what `change` makes of the newest version of the job; null: nothing is to be written. Resolves with the job as it is then. */
  change(job: Job, change: (newest: Job) => Job | null): Promise<Job>;
}

const pauseMs = 1_000;
/** Changes that may come first, such as requests to stop, before this counts as a fault. */
const mostConflicts = 20;

export function createPatientStore(
  store: AcceptStore & JobStore,
  { clock, log, signal }: { clock: Clock; log: Logger; signal: AbortSignal },
): PatientStore {
  async function patiently<T>(run: () => Promise<T>): Promise<T> {
    for (let told = false; ; ) {
      signal.throwIfAborted();
      try {
        return await run();
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        if (!told) log.warn({ err: error }, 'a job waits for the store');
        told = true;
        await pause(clock, pauseMs, signal);
      }
    }
  }

  async function change(job: Job, make: (newest: Job) => Job | null): Promise<Job> {
    let newest = job;
    for (let conflicts = 0; ; conflicts += 1) {
      const next = make(newest);
      if (next === null) return newest;
      try {
        await store.accept({ jobs: [next] });
        return { ...next, revision: next.revision + 1 };
      } catch (error) {
        if (!(error instanceof WrongState) || conflicts >= mostConflicts) throw error;
        newest = (await store.job(job.team, job.id)) ?? newest;
      }
    }
  }

  return {
    change: (job, make) => patiently(() => change(job, make)),
    addOutput: (id, lines, cursor) => patiently(() => store.addOutput(id, lines, cursor)),
  };
}
