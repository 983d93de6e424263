import { formatDuration } from '../../domain/duration.ts';
import type { Job } from '../../domain/job.ts';
import type { End } from './target.ts';

/** Why the program asked the run to end; null: it did not. */
export type StopCause = 'asked' | 'timeout' | null;

/** The job is about to be started: this is on disk before its target is asked. */
export function starting(job: Job, now: number): Job {
  return { ...job, state: 'starting', handle: null, cursor: null, reason: null, startedAt: now };
}

/** Nobody wants it any more, and it was not started. */
export function cancelled(job: Job, now: number): Job {
  return { ...job, state: 'cancelled', reason: 'It was stopped before it was started.', endedAt: now };
}

/** Its start was refused, so it never ran. */
export function refused(job: Job, reason: string, now: number): Job {
  return { ...job, state: 'failed', exitCode: null, reason, endedAt: now };
}

export function lost(job: Job, reason: string, now: number): Job {
  return { ...job, state: 'lost', exitCode: null, reason, endedAt: now };
}

/**
 * The run has ended. A repeatable job that failed goes back to the queue, with the handle of the ended run, which is removed
 * before the next one. A run whose end nobody knows is never repeated.
 */
export function ended(job: Job, end: End, cause: StopCause, now: number): Job {
  const { exitCode, reason, how } = end;
  if (how === 'lost') return lost(job, reason ?? 'How it ended is not known.', now);
  const over = { ...job, exitCode, endedAt: now };
  if (cause === 'asked') return { ...over, state: 'cancelled', reason: 'It was stopped.' };
  const after: Job =
    cause === 'timeout'
      ? { ...over, state: 'timed_out', reason: `It ran longer than ${formatDuration(job.timeoutMs)}.` }
      : how === 'exited' && exitCode === 0
        ? { ...over, state: 'succeeded', reason }
        : { ...over, state: 'failed', reason };
  if (after.state === 'succeeded' || job.attempt >= job.mostAttempts) return after;
  const why = after.reason ?? `Its exit code was ${exitCode ?? 'unknown'}.`;
  return {
    ...{
      ...job,
      state: 'queued',
      cursor: null,
      exitCode: null,
      startedAt: null,
      endedAt: null,
      attempt: job.attempt + 1,
    },
    reason: `Attempt ${job.attempt} of ${job.mostAttempts} failed: ${why}`,
  };
}
