import type { Clock } from '../../src/domain/clock.ts';

export interface ManualClock extends Clock {
  /** Moves time on, running what falls due, and lets promises settle in between. */
  advance(ms: number): Promise<void>;
  /** Moves time on at once: what falls due on the way runs at the next `advance`, as in a process that was stopped. */
  skip(ms: number): void;
  /** Sets the wall clock forward or back; no time passes. */
  jump(ms: number): void;
}

export function manualClock(startAt = 1_700_000_000_000): ManualClock {
  let elapsed = 0;
  let offset = startAt;
  let timers: { at: number; run: () => void }[] = [];

  return {
    now: () => offset + elapsed,
    monotonic: () => elapsed,
    after(ms, run) {
      const timer = { at: elapsed + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((each) => each !== timer);
      };
    },
    skip(ms) {
      elapsed += ms;
    },
    jump(ms) {
      offset += ms;
    },
    async advance(ms) {
      const until = elapsed + ms;
      for (;;) {
        await settled();
        const next = timers.filter((each) => each.at <= until).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        timers = timers.filter((each) => each !== next);
        elapsed = Math.max(elapsed, next.at);
        next.run();
      }
      elapsed = until;
      await settled();
    },
  };
}

/** Group commits run in a turn of the event loop; a few turns let everything that follows from them happen. */
export async function settled(turns = 30): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
