import { wantedOf } from '../config/index.ts';
import { every } from '../lib/every.ts';
import { createDatabaseMetrics } from '../observability/index.ts';
import type { Store } from '../ports/store.ts';
import type { Settings } from './index.ts';
import type { Runtime } from './runtime.ts';

/** As often as Prometheus asks. Milliseconds. */
const lookEveryMs = 15_000;

/** Shows the state of the database in the metrics. Does nothing with SQLite. Resolves after the first look. */
export async function watchDatabase(config: Settings, store: Pick<Store, 'databaseState'>, runtime: Runtime) {
  if (config.DATABASE_URL === undefined) return;
  const { clock, log, metrics, onStop } = runtime;
  const shown = createDatabaseMetrics(metrics.registry, wantedOf(config));

  async function look(): Promise<void> {
    const askedAt = clock.monotonic();
    try {
      const state = await store.databaseState();
      if (state !== null) shown.answered(state, (clock.monotonic() - askedAt) / 1_000);
    } catch (error) {
      shown.failed();
      throw error;
    }
  }
  // The next look tells it.
  await look().catch(() => {});
  onStop('state of the database', every(lookEveryMs, 'state of the database', look, clock, log));
}
