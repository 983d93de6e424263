import type { Timer } from './timer.ts';

export interface RetryOptions {
  /** `monotonic` returns milliseconds of a clock that does not jump. */
  clock: Timer & { monotonic(): number };
  /** Milliseconds between the end of an attempt and the next one. */
  everyMs: number;
  /** Deadline, a value of `monotonic`: no attempt begins after it. */
  endsAt: number;
}

/** Retries `run` until it resolves. Rejects with the error of the last attempt when the deadline has passed. */
export async function retryUntil<T>({ clock, everyMs, endsAt }: RetryOptions, run: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await run();
    } catch (error) {
      if (clock.monotonic() + everyMs >= endsAt) throw error;
      await new Promise<void>((resolve) => clock.after(everyMs, resolve));
    }
  }
}
