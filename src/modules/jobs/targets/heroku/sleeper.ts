import { pause } from '../../../../lib/pause.ts';
import type { Timer } from '../../../../lib/timer.ts';

/** A wait that can be ended early. */
export interface Sleeper {
  /** Resolves after `ms` milliseconds, when it is woken, or when the signal is aborted. */
  sleep(ms: number): Promise<void>;
  /** Ends the wait under way; nothing happens without one. */
  wake(): void;
}

export function createSleeper(timer: Timer, signal: AbortSignal): Sleeper {
  let wake = () => {};
  return {
    sleep(ms) {
      const woken = new AbortController();
      wake = () => woken.abort();
      return pause(timer, ms, AbortSignal.any([signal, woken.signal]));
    },
    wake: () => wake(),
  };
}
