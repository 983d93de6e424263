import type { Logger } from 'pino';
import type { Clock } from '../domain/clock.ts';
import { within } from '../lib/deadline.ts';

export interface Stops {
  /** Registers a stop, where its part is created. Stops run in reverse order. */
  onStop(name: string, stop: () => unknown): void;
  /** Runs all stops. A stop that fails or exceeds the deadline is logged, and the next one runs. */
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
