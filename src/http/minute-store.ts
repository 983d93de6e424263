import type { Clock } from '../domain/clock.ts';

type Counted = (error: Error | null, result?: { current: number; ttl: number }) => void;

/** Addresses that are counted; then the one that was counted first is forgotten. */
const mostAddresses = 5_000;

/**
 * A store for @fastify/rate-limit that counts in monotonic time: its own one compares wall times, so a clock that is set
 * back by a day would refuse a busy address for a day.
 */
export function minuteStore({ monotonic }: Pick<Clock, 'monotonic'>) {
  return class MinuteStore {
    readonly windows = new Map<string, { current: number; endsAt: number }>();

    incr(address: string, done: Counted, windowMs: number): void {
      const now = monotonic();
      let window = this.windows.get(address);
      if (window === undefined || window.endsAt <= now) {
        this.windows.delete(address);
        window = { current: 0, endsAt: now + windowMs };
        this.windows.set(address, window);
        const [oldest] = this.windows.keys();
        if (this.windows.size > mostAddresses && oldest !== undefined) this.windows.delete(oldest);
      }
      window.current += 1;
      done(null, { current: window.current, ttl: window.endsAt - now });
    }

    child(): MinuteStore {
      return new MinuteStore();
    }
  };
}
