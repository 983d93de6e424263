import type { Logger } from 'pino';

export interface Stops {
  /** Named where the thing starts; stopped in the opposite order. */
  onStop(name: string, stop: () => unknown): void;
  /** Stops everything; what takes too long or fails is named in the log and left behind. */
  stopAll(): Promise<void>;
}

export function createStops(log: Logger, deadlineMs: number): Stops {
  const stops: { name: string; stop: () => unknown }[] = [];
  return {
    onStop: (name, stop) => void stops.push({ name, stop }),
    async stopAll() {
      const endsAt = performance.now() + deadlineMs;
      for (const { name, stop } of stops.splice(0).reverse()) {
        try {
          await within(Math.max(200, endsAt - performance.now()), Promise.resolve().then(stop));
        } catch (error) {
          log.error({ err: error, part: name }, 'did not stop cleanly');
        }
      }
    },
  };
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
