import type { SlackSetup } from './options.ts';
import { type Failure, isAuthError } from './outcomes.ts';

/**
 * Returns the milliseconds to wait after the nth failure in a row (from 1) to reach Slack: exponential backoff with
 * equal jitter, never shorter than Retry-After; longer after a refused token, which only a person can replace.
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
