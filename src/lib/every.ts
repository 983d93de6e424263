import type { Logger } from 'pino';
import type { Timer } from './timer.ts';

/** Runs a task now and then until stopped; a failure is logged, and the task comes again. */
export function every(ms: number, name: string, task: () => unknown, clock: Timer, log: Logger): () => void {
  let stopped = false;
  let cancel = () => {};
  async function run(): Promise<void> {
    try {
      await task();
    } catch (error) {
      log.error({ err: error, task: name }, 'a periodic task failed');
    }
    if (!stopped) cancel = clock.after(ms, () => void run());
  }
  cancel = clock.after(ms, () => void run());
  return () => {
    stopped = true;
    cancel();
  };
}
