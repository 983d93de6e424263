import type { Clock } from '../domain/clock.ts';
import type { SlackSetup } from './options.ts';
import { type Failure, isAuthError } from './outcomes.ts';

/** Resolves after `ms`, or at once when the signal is aborted. */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(ms, done);
    signal?.addEventListener('abort', done, { once: true });
  });
}

export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** A promise and the key to it (`Promise.withResolvers` needs Node 22). */
export function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

const late = Symbol('late');

/** What the promise answers, or `null` when it takes longer than `ms`; a rejection comes through. */
export async function within<T>(clock: Clock, ms: number, work: Promise<T>): Promise<{ value: T } | null> {
  const over = new AbortController();
  try {
    const first = await Promise.race([work, pause(clock, ms, over.signal).then(() => late)]);
    return first === late ? null : { value: first as T };
  } finally {
    over.abort();
  }
}

/**
 * How long to wait after the nth failure in a row (from 1) to reach Slack: doubling, of which a random half is taken off;
 * as long as Slack said, when it did; and longer when it refused the token, for only a person can change that.
 */
export function retryWaitMs(
  failure: Failure | null,
  n: number,
  { timings, random }: Pick<SlackSetup, 'timings' | 'random'>,
): number {
  if (failure && isAuthError(failure.error)) return timings.authRetryMs * (1 + random());
  const full = Math.min(timings.retryMaxMs, timings.retryFirstMs * 2 ** Math.min(n - 1, 20));
  const said = failure?.kind === 'retry' ? (failure.afterMs ?? 0) : 0;
  return Math.max(said, full * (0.5 + random() / 2));
}
