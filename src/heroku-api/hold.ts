import type { Clock } from '../domain/clock.ts';
import { HerokuFailed } from './errors.ts';

/** Pause after a 429, which has no Retry-After: it doubles up to the longest one. 75 requests come back each minute. */
const pauses = { firstMs: 60_000, longestMs: 900_000 };

/** Holds requests back after Heroku said that none are left. */
interface Hold {
  /** Milliseconds until requests are sent again; 0: now. */
  heldMs(): number;
  /** Runs a request. @throws HerokuFailed of kind `limit` without sending it, while requests are held back */
  run<T>(request: () => Promise<T>): Promise<T>;
}

export function createHold(clock: Pick<Clock, 'monotonic'>): Hold {
  let until = 0;
  let nextMs = pauses.firstMs;
  const heldMs = () => Math.max(0, until - clock.monotonic());
  return {
    heldMs,
    async run(request) {
      const waits = heldMs();
      if (waits > 0) {
        const message = `No requests to Heroku’s API are left; the next one is in ${Math.ceil(waits / 1_000)} s.`;
        throw new HerokuFailed('limit', message);
      }
      try {
        const value = await request();
        nextMs = pauses.firstMs;
        return value;
      } catch (error) {
        if (error instanceof HerokuFailed && error.kind === 'limit' && heldMs() === 0) {
          until = clock.monotonic() + nextMs;
          nextMs = Math.min(nextMs * 2, pauses.longestMs);
        }
        throw error;
      }
    },
  };
}
