import type { Timer } from './timer.ts';

/** Resolves after `ms` milliseconds, or at once when the signal is aborted. */
export function pause(timer: Timer, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = timer.after(ms, done);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/**
 * Resolves when `work` does, or when the signal is aborted; rejects when `work` rejects first. It leaves no listener behind, so it
 * may be called again and again with a signal that lives long.
 */
export async function orAborted(work: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return;
  const stop = deferred<void>();
  const onAbort = () => stop.resolve();
  signal?.addEventListener('abort', onAbort);
  try {
    await Promise.race([work, stop.promise]);
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

/** A promise with the function that resolves it (`Promise.withResolvers` needs Node 22). */
export function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
