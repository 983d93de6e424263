import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock.ts';
import type { Job } from '../../domain/job.ts';
import { isEnded } from '../../domain/job.ts';
import { pause } from '../../lib/pause.ts';
import type { JobStore } from '../../ports/job-store.ts';
import type { AcceptStore } from '../../ports/unit-of-work.ts';
import { createOutputLines } from './output-lines.ts';
import { createPatientStore } from './patient-store.ts';
import { readResult } from './result-line.ts';
import { createStopping, type Stopping } from './stopping.ts';
import { type End, NotStarted, StartUnknown, type Target } from './target.ts';
import { cancelled, ended, lost, refused, starting } from './transitions.ts';

export interface RunParts {
  store: AcceptStore & JobStore;
  target: Target;
  /** All variables of the job, with its secrets. @throws with the remedy */
  envOf(job: Job): Readonly<Record<string, string>>;
  /** Hides the values of the job's secrets in a line of its output. */
  hiderOf(job: Job): (line: string) => string;
  /** Whether another instance may have started it, of whose runs the target here knows nothing. */
  isElsewhere(job: Job): boolean;
  clock: Clock;
  log: Logger;
  /** Aborted when this program is no longer the one that follows jobs; what runs goes on. */
  signal: AbortSignal;
}

/** One run that this program follows. */
export interface Run {
  /** Resolves with true when its end is on disk; with false when it could not be followed, or the signal was aborted. Never rejects. */
  done: Promise<boolean>;
  /** Somebody asked to stop it. */
  stop(): void;
}

/** A start that was refused for now is tried again for so long. Milliseconds. */
const tryStartMs = 300_000;
/** A target that cannot be asked about a run is asked for so long after the run's time limit. Milliseconds. */
const tryFollowMs = 3_600_000;
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

/** Starts a job, or finds it again, and follows it to its end. */
export function startRun(first: Job, parts: RunParts): Run {
  const { target, clock, log, signal } = parts;
  const store = createPatientStore(parts.store, { clock, log, signal });
  const now = clock.now;
  let job = first;
  let stopping: Stopping | null = null;
  let stopAsked = first.stopAsked !== null;
  const wake = new AbortController();

  async function change(make: (newest: Job) => Job | null): Promise<void> {
    job = await store.change(job, make);
    if (job.stopAsked !== null) askStop();
  }

  function askStop(): void {
    stopAsked = true;
    stopping?.stop('asked');
    wake.abort();
  }

  async function run(): Promise<void> {
    if (job.state === 'queued') {
      if (!(await begin())) return;
    } else if (job.handle === null && !(await findAgain())) return;
    await follow();
  }

  /** Returns whether there is a run to follow. */
  async function begin(): Promise<boolean> {
    if (stopAsked) {
      await change((newest) => cancelled(newest, now()));
      return false;
    }
    if (job.handle !== null) await target.remove({ ...job, handle: job.handle });
    if (job.attempt > 1) {
      const text = `--- attempt ${job.attempt} of ${job.mostAttempts} ---`;
      await store.addOutput(job.id, [{ at: now(), text }], null);
    }
    await change((newest) => (newest.stopAsked === null ? starting(newest, now()) : cancelled(newest, now())));
    return isEnded(job) ? false : start();
  }

  async function start(): Promise<boolean> {
    const giveUpAt = clock.monotonic() + Math.min(tryStartMs, job.timeoutMs);
    for (let ms = firstPauseMs; ; ms = Math.min(ms * 2, longestPauseMs)) {
      try {
        const handle = await target.start(job, envOf());
        await change((newest) => ({ ...newest, handle, reason: null }));
        return true;
      } catch (error) {
        if (signal.aborted) throw error;
        if (error instanceof StartUnknown) return findAgain();
        if (!(error instanceof NotStarted)) throw error;
        const { message } = error;
        if (!error.retryable || stopAsked || clock.monotonic() + ms > giveUpAt) {
          await change((newest) => (stopAsked ? cancelled(newest, now()) : refused(newest, message, now())));
          return false;
        }
        if (job.reason !== message) await change((newest) => ({ ...newest, reason: message }));
        await rest(ms);
      }
    }
  }

  function envOf() {
    try {
      return parts.envOf(job);
    } catch (cause) {
      throw new NotStarted((cause as Error).message, false, { cause });
    }
  }

  /** The job is `starting`, and nobody knows whether something was started. */
  async function findAgain(): Promise<boolean> {
    const giveUpAt = clock.monotonic() + job.timeoutMs + tryFollowMs;
    for (let ms = firstPauseMs; ; ms = Math.min(ms * 2, longestPauseMs)) {
      try {
        const found = await target.find(job);
        if (found === 'never' && !parts.isElsewhere(job)) {
          if (stopAsked) await change((newest) => cancelled(newest, now()));
          return stopAsked ? false : start();
        }
        if (found === null || found === 'never') {
          const reason = 'The program ended, or the answer got lost, while it was started; no run of it was found.';
          await change((newest) => lost(newest, reason, now()));
          return false;
        }
        await change((newest) => ({ ...newest, handle: found, reason: null }));
        return true;
      } catch (error) {
        if (signal.aborted || clock.monotonic() > giveUpAt) throw error;
        log.warn({ err: error, job: job.id }, 'a job is looked for; its target does not answer');
        await rest(ms);
      }
    }
  }

  async function follow(): Promise<void> {
    const mine = { ...job, handle: job.handle ?? '' };
    const giveUp = new AbortController();
    stopping = createStopping({ target, job: mine, clock, log, onGiveUp: () => giveUp.abort() });
    if (stopAsked) stopping.stop('asked');
    const end = await untilEnd(mine, giveUp.signal).finally(() => stopping?.cancel());
    const cause = stopping.causeOf(end);
    const result = end.how === 'exited' ? await readResult(parts.store, job.id) : null;
    await change((newest) => {
      const after = ended(newest, end, cause, now());
      return isEnded(after) ? { ...after, result } : after;
    });
  }

  async function untilEnd(mine: Job & { handle: string }, giveUp: AbortSignal): Promise<End> {
    const both = AbortSignal.any([signal, giveUp]);
    const giveUpAt = clock.monotonic() + job.timeoutMs + tryFollowMs;
    for (let ms = firstPauseMs; ; ms = Math.min(ms * 2, longestPauseMs)) {
      try {
        const { cursor } = (await parts.store.job(job.team, job.id)) ?? job;
        const output = createOutputLines({ store, id: job.id, cursor, now, hide: parts.hiderOf(job) });
        const end = await target.follow({ ...mine, cursor: output.from }, output, started, both);
        await output.end();
        return end;
      } catch (error) {
        signal.throwIfAborted();
        if (giveUp.aborted) return { exitCode: null, how: 'lost', reason: 'It was killed, but did not end.' };
        if (clock.monotonic() > giveUpAt) {
          return { exitCode: null, how: 'lost', reason: `It could not be followed: ${(error as Error).message}` };
        }
        log.warn({ err: error, job: job.id }, 'a job could not be followed; trying again');
        await pause(clock, ms, both);
      }
    }
  }

  function started(): void {
    if (job.state === 'running') return;
    void change((newest) => (newest.state === 'starting' ? { ...newest, state: 'running' } : null)).catch((error) => {
      if (!signal.aborted) log.error({ err: error, job: job.id }, 'that a job runs could not be written down');
    });
  }

  /** Ends early when somebody asks to stop the job. */
  const rest = (ms: number) => pause(clock, ms, AbortSignal.any([signal, wake.signal]));

  const done = run().then(
    () => true,
    (error) => {
      if (!signal.aborted) log.error({ err: error, job: first.id }, 'a job could not be followed to its end');
      return false;
    },
  );
  return { done, stop: askStop };
}
