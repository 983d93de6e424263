import { type Clock, createJumpWatch } from '../../../domain/clock.ts';
import type { StateStore } from '../../../ports/store.ts';
import type { AcceptStore } from '../../../ports/unit-of-work.ts';
import type { Gap } from './judge.ts';

/** How often the program writes down that it is alive. */
const aliveEveryMs = 60_000;
const aliveName = 'watch:beats-alive';
/** Gaps that are remembered. */
const mostGaps = 5;

/** Finds the times in which the program did not run: it was down, or the machine slept. */
export function createGaps({ store, clock }: { store: AcceptStore & StateStore; clock: Clock }) {
  const jumped = createJumpWatch(clock);
  let gaps: readonly Gap[] = [];
  let isRead = false;
  let aliveAt: number | null = null;

  return {
    all: (): readonly Gap[] => gaps,
    /** Reads until when a program on the store was alive, the first time. @throws StoreUnavailable */
    async read(): Promise<void> {
      if (isRead) return;
      const now = clock.now();
      const alive = Number((await store.state(aliveName)) ?? now);
      gaps = [{ from: Math.min(alive, now), to: now }];
      isRead = true;
    },
    /** Looks whether the clock jumped since the last call. */
    note(): void {
      const by = jumped();
      const now = clock.now();
      if (by > 0) gaps = [...gaps, { from: now - by, to: now }].slice(-mostGaps);
      // A gap that was seen while the clock was ahead would prolong the wait until then.
      if (by < 0) gaps = gaps.filter(({ to }) => to <= now);
    },
    /** Writes down that the program is alive. @throws StoreUnavailable */
    async write(): Promise<void> {
      const now = clock.now();
      if (aliveAt !== null && Math.abs(now - aliveAt) < aliveEveryMs) return;
      await store.accept({ state: [{ name: aliveName, value: String(now) }] });
      aliveAt = now;
    },
  };
}
