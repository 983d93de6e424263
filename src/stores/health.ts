import type { Clock } from '../domain/clock.ts';
import type { PartHealth } from '../ports/source.ts';
import type { StoreUpkeep } from '../ports/store.ts';

export interface StoreHealth {
  /** As it was found last. */
  health(): PartHealth;
  /** Tries a write, at most once a second. */
  check(): Promise<PartHealth>;
}

const keptMs = 1_000;

export function createStoreHealth(store: Pick<StoreUpkeep, 'check'>, clock: Clock): StoreHealth {
  let last: PartHealth = { state: 'ok', detail: 'takes writes' };
  let checkedAt = Number.NEGATIVE_INFINITY;
  return {
    health: () => last,
    async check() {
      if (clock.monotonic() - checkedAt < keptMs) return last;
      checkedAt = clock.monotonic();
      try {
        await store.check();
        last = { state: 'ok', detail: 'takes writes' };
      } catch (error) {
        last = { state: 'down', detail: (error as Error).message };
      }
      return last;
    },
  };
}
