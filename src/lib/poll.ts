import type { Timer } from './timer.ts';

export interface PollOptions {
  timer: Timer;
  /** Milliseconds from the end of one run to the next. */
  everyMs: number;
  run(): Promise<void>;
  /** A run failed; the next one comes all the same. */
  onError(error: unknown): void;
}

/** A task that runs again and again, one run at a time, and at once when it is woken. */
export interface Poll {
  start(): void;
  /** Runs as soon as the run under way has ended. Costs next to nothing when it was woken already. */
  wake(): void;
  /** Starts no more runs and waits for the one under way. */
  stop(): Promise<void>;
}

export function createPoll({ timer, everyMs, run, onError }: PollOptions): Poll {
  let running = false;
  let isWoken = false;
  let cancel = () => {};
  let round: Promise<void> = Promise.resolve();

  function next(ms: number): void {
    if (!running) return;
    cancel();
    cancel = timer.after(ms, begin);
  }

  function begin(): void {
    round = round.then(async () => {
      isWoken = false;
      await run().catch(onError);
      if (!isWoken) next(everyMs);
    });
  }

  return {
    start() {
      running = true;
      begin();
    },
    wake() {
      if (isWoken || !running) return;
      isWoken = true;
      next(0);
    },
    async stop() {
      running = false;
      cancel();
      await round;
    },
  };
}
