import type { Clock } from '../../../../domain/clock.ts';
import { HerokuFailed } from '../../../../heroku-api/index.ts';
import type { HerokuApi } from './api.ts';
import type { Run } from './handle.ts';
import { openSession } from './session.ts';
import { createSleeper } from './sleeper.ts';

/**
 * A session without a byte for this long is opened again, since a dead connection looks the same. Not on Fir, where a new
 * session does not have the lines before it, and Heroku ends idle ones by itself. Milliseconds.
 */
const silentMs = 300_000;
/** Pauses before a session is opened again: they double. After one that lasted the longest pause there is none. */
const pauses = { firstMs: 1_000, longestMs: 60_000 };

export interface LogParts {
  api: HerokuApi;
  clock: Pick<Clock, 'monotonic' | 'after'>;
  run: Run;
  /** Ends the reading. */
  signal: AbortSignal;
  /** A session is open. @param mayMiss lines between the last one and this one are not in it */
  onOpen(mayMiss: boolean): void;
  /** Takes lines; the session is read on when it resolves. */
  take(lines: readonly string[]): Promise<void>;
  /** A session has ended, or could not be opened: then with the error. */
  onBreak(error: HerokuFailed | null): void;
}

/** The log of a dyno over as many sessions as it needs. */
export interface LogReader {
  /** Resolves when the signal is aborted. Rejects when `take` does. */
  read(): Promise<void>;
  /** Opens another session now, whose backlog may have what is missing. */
  renew(): void;
}

export function createLogReader({ api, clock, run, signal, onOpen, take, onBreak }: LogParts): LogReader {
  const sleeper = createSleeper(clock, signal);
  let renew = new AbortController();
  let sessions = 0;

  async function readSession(): Promise<void> {
    renew = new AbortController();
    const session = await openSession(api, run, clock, AbortSignal.any([signal, renew.signal]));
    sessions += 1;
    onOpen(session.isLive && sessions > 1);
    for (;;) {
      const cancel = session.isLive ? () => {} : clock.after(silentMs, () => renew.abort());
      const lines = await session.next();
      cancel();
      if (lines === null || signal.aborted) break;
      if (lines.length > 0) await take(lines);
    }
  }

  return {
    async read() {
      let waitMs = pauses.firstMs;
      while (!signal.aborted) {
        const begunAt = clock.monotonic();
        let error: HerokuFailed | null = null;
        try {
          await readSession();
        } catch (thrown) {
          if (!(thrown instanceof HerokuFailed)) throw thrown;
          error = thrown;
        }
        if (signal.aborted) return;
        onBreak(error);
        const isDue = renew.signal.aborted || (error === null && clock.monotonic() - begunAt >= pauses.longestMs);
        await sleeper.sleep(Math.max(isDue ? 0 : waitMs, api.heldMs()));
        waitMs = isDue ? pauses.firstMs : Math.min(waitMs * 2, pauses.longestMs);
      }
    },
    renew() {
      renew.abort();
      sleeper.wake();
    },
  };
}
