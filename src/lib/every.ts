import type { Logger } from 'pino';
import type { Timer } from './timer.ts';
import { createToldOnce } from './told-once.ts';

/**
 * Runs a task repeatedly, each run `ms` milliseconds after the end of the previous one. A failure is logged, once while it stays
 * the same. Returns the function that stops it; a run under way is not awaited.
 */
export function every(ms: number, name: string, task: () => unknown, clock: Timer, log: Logger): () => void {
  const faults = createToldOnce((error) => log.error({ err: error, task: name }, 'a periodic task failed'));
  let stopped = false;
  let cancel = () => {};
  async function run(): Promise<void> {
    try {
      await task();
      faults.worked();
    } catch (error) {
      faults.failed(error);
    }
    if (!stopped) cancel = clock.after(ms, () => void run());
  }
  cancel = clock.after(ms, () => void run());
  return () => {
    stopped = true;
    cancel();
  };
}
