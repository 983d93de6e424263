import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock.ts';
import type { Job } from '../../domain/job.ts';
import type { End, Target } from './target.ts';
import type { StopCause } from './transitions.ts';

/** Time to clean up between `term` and `kill`. Milliseconds. */
const graceMs = 10_000;
/** A run that did not end by then is lost. Milliseconds. */
const giveUpMs = 600_000;
/** A wait of a timer is at most 2^31 - 1 milliseconds. */
const longestTimerMs = 86_400_000;

/** Ends a run: at its time limit, or when somebody asks for it. */
export interface Stopping {
  /** Asks the run to end. The first cause counts. */
  stop(cause: 'asked' | 'timeout'): void;
  /** Returns why the run was asked to end; null: it was not, or it had ended before. */
  causeOf(end: End): StopCause;
  /** Stops nothing any more. */
  cancel(): void;
}

export interface StoppingParts {
  target: Pick<Target, 'stop'>;
  job: Job & { handle: string };
  clock: Clock;
  log: Logger;
  /** Called when the run has not ended although it was killed. */
  onGiveUp(): void;
}

export function createStopping({ target, job, clock, log, onGiveUp }: StoppingParts): Stopping {
  let cause: StopCause = null;
  let begunAt = 0;
  let cameTooLate = false;
  let cancel = clock.after(leftMs(), late);

  function leftMs(): number {
    const until = (job.startedAt ?? clock.now()) + job.timeoutMs;
    // The clock may have been set back: a run never gets more than its whole time again.
    return Math.max(0, Math.min(until - clock.now(), job.timeoutMs, longestTimerMs));
  }

  function late(): void {
    stop('timeout');
  }

  function stop(why: 'asked' | 'timeout'): void {
    if (cause !== null) return;
    cause = why;
    begunAt = clock.monotonic();
    cancel();
    void ask('term');
  }

  async function ask(how: 'term' | 'kill'): Promise<void> {
    cancel = clock.after(graceMs, again);
    try {
      const answer = await target.stop(job, how);
      if (how === 'term' && answer === 'ended') cameTooLate = true;
    } catch (error) {
      log.warn({ err: error, job: job.id, how }, 'a job could not be stopped; trying again');
    }
  }

  function again(): void {
    if (clock.monotonic() - begunAt >= giveUpMs) onGiveUp();
    else void ask('kill');
  }

  return {
    stop,
    causeOf({ how, exitCode }) {
      // A program that was killed may have sent the signal.
      const mayBeAsked = job.stopAsked !== null || (how === 'exited' && (exitCode === 143 || exitCode === 137));
      return cameTooLate && !mayBeAsked ? null : cause;
    },
    cancel: () => cancel(),
  };
}
