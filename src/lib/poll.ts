import type { Timer } from './timer.ts';
import { createToldOnce } from './told-once.ts';

export interface PollOptions {
  timer: Timer;
  /** Longest time from the end of a run to the next one, milliseconds. */
  everyMs: number;
  /** Resolves with false when there was nothing to do. */
  run(): Promise<unknown>;
  /** After a run that a wake started and that resolved with false, the next wakes wait for so long. Milliseconds; default 0. */
  restMs?: number;
  /** Called after each run: resolves with the milliseconds until the next one. Default: `everyMs`. */
  dueIn?(): Promise<number>;
  /** Called when a run fails, and not again while the next ones fail with the same message. They follow as usual. */
  onError(error: unknown): void;
}

/** A task that runs repeatedly, one run at a time, and at once when it is woken. */
export interface Poll {
  start(): void;
  /** Starts the next run as soon as the current one has ended, and its rest. Very cheap when the task is woken already. */
  wake(): void;
  /** Starts no more runs and waits for the current one. */
  stop(): Promise<void>;
}

export function createPoll({ timer, everyMs, run, restMs = 0, dueIn, onError }: PollOptions): Poll {
  const faults = createToldOnce(onError);
  let running = false;
  let isWoken = false;
  let isResting = false;
  let cancel = () => {};
  let round: Promise<void> = Promise.resolve();

  function next(ms: number): void {
    if (!running) return;
    cancel();
    cancel = timer.after(ms, begin);
  }

  function begin(): void {
    round = round.then(async () => {
      const wasWoken = isWoken;
      isWoken = false;
      const ms = await runOnce(wasWoken);
      if (!isWoken || isResting) next(Math.max(0, Math.min(ms, everyMs)));
    });
  }

  function rest(): void {
    isResting = true;
    timer.after(restMs, () => {
      isResting = false;
      if (isWoken) next(0);
    });
  }

  async function runOnce(wasWoken: boolean): Promise<number> {
    try {
      if ((await run()) === false && wasWoken && restMs > 0) rest();
      const ms = (await dueIn?.()) ?? everyMs;
      faults.worked();
      return ms;
    } catch (error) {
      faults.failed(error);
      return everyMs;
    }
  }

  return {
    start() {
      running = true;
      begin();
    },
    wake() {
      if (isWoken || !running) return;
      isWoken = true;
      if (!isResting) next(0);
    },
    async stop() {
      running = false;
      cancel();
      await round;
    },
  };
}
