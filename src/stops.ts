import type { Logger } from 'pino';
import type { Clock } from './domain/clock.ts';
import { within } from './lib/deadline.ts';

export interface Stops {
  /** Named where the thing starts; stopped in the opposite order. */
  onStop(name: string, stop: () => unknown): void;
  /** Stops everything; what takes too long or fails is named in the log and left behind. */
  stopAll(): Promise<void>;
}

export function createStops(log: Logger, deadlineMs: number, clock: Pick<Clock, 'monotonic' | 'after'>): Stops {
  const stops: { name: string; stop: () => unknown }[] = [];
  return {
    onStop: (name, stop) => void stops.push({ name, stop }),
    async stopAll() {
      const endsAt = clock.monotonic() + deadlineMs;
      for (const { name, stop } of stops.splice(0).reverse()) {
        try {
          const ms = Math.max(200, endsAt - clock.monotonic());
          if ((await within(clock, ms, Promise.resolve().then(stop))) === null)
            throw new Error(`not done after ${ms} ms`);
        } catch (error) {
          log.error({ err: error, part: name }, 'did not stop cleanly');
        }
      }
    },
  };
}
