import type { Timer } from './timer.ts';

/**
 * Waits at most `ms` milliseconds for `work`. Returns its value, or null when it takes longer; a rejection comes through.
 * The work itself is not stopped, and a later rejection of it is ignored.
 */
export async function within<T>(timer: Timer, ms: number, work: Promise<T>): Promise<{ value: T } | null> {
  let cancel = () => {};
  const late = new Promise<null>((resolve) => {
    cancel = timer.after(ms, () => resolve(null));
  });
  return Promise.race([work.then((value) => ({ value })), late]).finally(() => cancel());
}
