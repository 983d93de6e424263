import { ApiError } from './errors.ts';

export type Limits = 'off' | 'slack' | { perChannelPerSecond: number; burst: number };

/**
 * Posting limit: one message per second and channel with a short burst.
 * Slack gives no figure for the burst (https://docs.slack.dev/apis/web-api/rate-limits); 3 is our choice.
 */
export function createLimiter(limits: Limits, now: () => number) {
  const rule = limits === 'slack' ? { perChannelPerSecond: 1, burst: 3 } : limits;
  const buckets = new Map<string, { left: number; at: number }>();
  /** Throws `ratelimited` with HTTP 429 and Retry-After in whole seconds. */
  return function spend(key: string): void {
    if (rule === 'off') return;
    const bucket = buckets.get(key) ?? { left: rule.burst, at: now() };
    const refill = ((now() - bucket.at) / 1000) * rule.perChannelPerSecond;
    bucket.left = Math.min(rule.burst, bucket.left + refill);
    bucket.at = now();
    buckets.set(key, bucket);
    if (bucket.left < 1) {
      const waitS = Math.max(1, Math.ceil((1 - bucket.left) / rule.perChannelPerSecond));
      throw new ApiError('ratelimited', {}, { status: 429, headers: { 'retry-after': String(waitS) } });
    }
    bucket.left -= 1;
  };
}
