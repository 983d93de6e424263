import type { Clock } from '../domain/clock.ts';
import type { Health } from '../ports/source.ts';
import type { Store } from '../ports/store.ts';
import type { Metrics } from './metrics.ts';

export interface GaugeSources {
  store: Pick<Store, 'backlog'>;
  tracking: { readonly size: number };
  storeHealth: { check(): Promise<Health> };
  parts(): ({ name: string } & Health)[];
  metrics: Metrics;
  clock: Clock;
}

const levels = { ok: 1, degraded: 0.5, down: 0 };

/** Reads what is not counted as it happens. */
export async function updateGauges({
  store,
  tracking,
  storeHealth,
  parts,
  metrics,
  clock,
}: GaugeSources): Promise<void> {
  await storeHealth.check();
  const { queued, oldestAt } = store.backlog();
  metrics.queueDepth.set(queued);
  metrics.queueAge.set(oldestAt === null ? 0 : Math.max(0, clock.now() - oldestAt) / 1_000);
  metrics.patterns.set(tracking.size);
  for (const { name, state } of parts()) metrics.partUp.set({ part: name }, levels[state]);
}
