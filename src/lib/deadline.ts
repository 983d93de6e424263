import type { Timer } from './timer.ts';

/**
 * Waits at most `ms` milliseconds for `work`. Resolves with its value, or with null when it takes longer; rejects when it
 * rejects. After the deadline the work goes on, and a rejection is ignored.
 */
export async function within<T>(timer: Timer, ms: number, work: Promise<T>): Promise<{ value: T } | null> {
  let cancel = () => {};
  const late = new Promise<null>((resolve) => {
    cancel = timer.after(ms, () => resolve(null));
  });
  return Promise.race([work.then((value) => ({ value })), late]).finally(() => cancel());
}
