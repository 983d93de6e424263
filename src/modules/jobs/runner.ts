import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock.ts';
import { isEnded, type Job, type JobTarget } from '../../domain/job.ts';
import { createPoll } from '../../lib/poll.ts';
import type { JobStore } from '../../ports/job-store.ts';
import type { NewsStore } from '../../ports/news-store.ts';
import type { AcceptStore } from '../../ports/unit-of-work.ts';
import { news } from './jobs.ts';
import { type Run, type RunParts, startRun } from './run.ts';
import type { Target } from './target.ts';
import { unfinishedJobs } from './unfinished.ts';

export interface RunnerParts extends Pick<RunParts, 'envOf' | 'hiderOf' | 'isElsewhere'> {
  store: AcceptStore & JobStore & NewsStore;
  targets: ReadonlyMap<JobTarget, Target>;
  /** Most runs of the job's definition at once. */
  concurrencyOf(job: Job): number;
  /** Most runs at once, of all jobs. */
  atOnce: number;
  /** Takes or prolongs the lease; false: another program follows the jobs. */
  lead(): Promise<boolean>;
  /** Tells people of an end that is on disk. It may be called again after a crash. */
  tell(job: Job): Promise<void>;
  clock: Clock;
  log: Logger;
}

/** Starts what waits, and follows what runs: also what an earlier program started. */
export interface Runner {
  start(): void;
  /** Follows no more jobs. Those that run go on. */
  stop(): Promise<void>;
  /** Numbers of jobs that wait and run, as this program last saw them; null: another program follows them. */
  counts(): { queued: number; running: number } | null;
}

const everyMs = 2_000;
/** After a fault the job is taken up again after this time. Milliseconds. */
const afterFaultMs = 30_000;

export function createRunner(parts: RunnerParts): Runner {
  const { store, targets, clock, log } = parts;
  const active = new Map<string, { job: Job; run: Run }>();
  const ending = new Map<string, Promise<void>>();
  /** When a job may be taken up again; values of `monotonic`. */
  const restUntil = new Map<string, number>();
  let leading: AbortController | null = null;
  let counts: ReturnType<Runner['counts']> = null;

  async function round(): Promise<void> {
    if (!(await parts.lead())) {
      leading?.abort();
      leading = null;
      counts = null;
      return;
    }
    leading ??= new AbortController();
    const jobs: Job[] = [];
    for await (const job of unfinishedJobs(store)) jobs.push(job);
    const ids = new Set(jobs.map(({ id }) => id));
    for (const id of restUntil.keys()) if (!ids.has(id)) restUntil.delete(id);
    for (const job of jobs) {
      if (isEnded(job)) finish(job);
      else if (job.state !== 'queued') attend(job, leading.signal);
    }
    const waiting = jobs.filter(({ state }) => state === 'queued');
    for (const job of waiting) if (job.stopAsked !== null || hasRoom(job)) attend(job, leading.signal);
    counts = { queued: waiting.filter(({ id }) => !active.has(id)).length, running: active.size };
  }

  function hasRoom(job: Job): boolean {
    if (active.size >= parts.atOnce) return false;
    if (job.name === null) return true;
    let same = 0;
    for (const other of active.values()) if (other.job.team === job.team && other.job.name === job.name) same += 1;
    return same < parts.concurrencyOf(job);
  }

  function attend(job: Job, signal: AbortSignal): void {
    const known = active.get(job.id);
    if (known !== undefined) {
      if (job.stopAsked !== null) known.run.stop();
      return;
    }
    if ((restUntil.get(job.id) ?? 0) > clock.monotonic()) return;
    const target = targets.get(job.place.target);
    if (target === undefined) {
      restUntil.set(job.id, clock.monotonic() + afterFaultMs);
      log.warn({ job: job.id, target: job.place.target }, 'a job waits: its target is turned off');
      return;
    }
    const run = startRun(job, { ...parts, target, signal });
    active.set(job.id, { job, run });
    void run.done.then((isOver) => {
      active.delete(job.id);
      if (!isOver && !signal.aborted) restUntil.set(job.id, clock.monotonic() + afterFaultMs);
      poll.wake();
    });
  }

  function finish(job: Job): void {
    if (ending.has(job.id) || (restUntil.get(job.id) ?? 0) > clock.monotonic()) return;
    const work = cleanUp(job)
      .catch((error) => {
        log.warn({ err: error, job: job.id }, 'what follows the end of a job failed; trying again');
        restUntil.set(job.id, clock.monotonic() + afterFaultMs);
      })
      .finally(() => ending.delete(job.id));
    ending.set(job.id, work);
  }

  async function cleanUp(job: Job): Promise<void> {
    const target = targets.get(job.place.target);
    if (job.handle !== null && target !== undefined) await target.remove({ ...job, handle: job.handle });
    await parts.tell(job);
    await store.accept({ jobs: [{ ...job, told: true }] });
  }

  const poll = createPoll({
    ...{ timer: clock, everyMs, run: round },
    onError: (error) => log.error({ err: error }, 'the jobs could not be read; trying again'),
  });

  return {
    start() {
      store.onJob((job) => {
        if (job.stopAsked !== null) active.get(job.id)?.run.stop();
        poll.wake();
      });
      // A job that waits, or that somebody asked to stop.
      store.onTold(news.job, poll.wake);
      poll.start();
    },
    async stop() {
      await poll.stop();
      leading?.abort();
      await Promise.all([...[...active.values()].map(({ run }) => run.done), ...ending.values()]);
    },
    counts: () => counts,
  };
}
