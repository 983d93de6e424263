import type { Clock } from '../domain/clock.ts';

type Counted = (error: Error | null, result?: { current: number; ttl: number }) => void;

/** Most addresses that are counted; past that, the one with the oldest window is forgotten. */
const mostAddresses = 5_000;

/**
 * Returns a store for @fastify/rate-limit that uses monotonic time. The plugin's own store compares wall-clock times:
 * when the clock is set back by a day, it would refuse a busy address for a day.
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
