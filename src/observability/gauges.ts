import type { Clock } from '../domain/clock.ts';
import type { NamingProblem } from '../domain/naming.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { LiveFeed } from '../ports/live.ts';
import type { PartHealth } from '../ports/source.ts';
import type { Metrics } from './metrics.ts';

export interface GaugeSources {
  store: Pick<LedgerStore, 'backlog'>;
  tracking: { readonly size: number };
  storeHealth: { check(): Promise<PartHealth> };
  parts(): ({ name: string } & PartHealth)[];
  namingProblems(): readonly NamingProblem[];
  /** Settings that name channels: the values of the label `setting`. */
  namingSettings: readonly string[];
  metrics: Metrics;
  clock: Clock;
  live: Pick<LiveFeed, 'publish'>;
}

const levels = { ok: 1, degraded: 0.5, down: 0 };
const cardLevels = { ok: 'success', degraded: 'warning', down: 'danger' } as const;

/** Returns the function that updates all gauges, and publishes a card for each part whose state changed. Call it regularly. */
export function createGauges(sources: GaugeSources) {
  const { store, tracking, storeHealth, parts, namingProblems, namingSettings, metrics, clock, live } = sources;
  const known = new Map<string, PartHealth['state']>();

  for (const setting of namingSettings) metrics.namingProblems.set({ setting }, 0);
  for (const { name, state } of parts()) metrics.partUp.set({ part: name }, levels[state]);

  return async function updateGauges(): Promise<void> {
    await storeHealth.check();
    metrics.patterns.set(tracking.size);
    const problems = namingProblems();
    for (const setting of namingSettings) {
      // A renamed channel is no problem: it is known by its id.
      const broken = problems.filter((one) => one.setting === setting && one.problem !== 'renamed');
      metrics.namingProblems.set({ setting }, broken.length);
    }
    for (const { name, state, detail } of parts()) {
      metrics.partUp.set({ part: name }, levels[state]);
      const before = known.get(name) ?? 'ok';
      known.set(name, state);
      if (before === state) continue;
      const text = `${name}: ${state}, ${detail}`;
      live.publish({
        level: cardLevels[state],
        what: 'part',
        team: '',
        channel: '',
        text,
        deliveryId: null,
        trace: null,
      });
    }
    // Last: it fails while the store is away, which the parts have to show.
    const { queued, oldestAt } = await store.backlog();
    metrics.queueDepth.set(queued);
    metrics.queueAge.set(oldestAt === null ? 0 : Math.max(0, clock.now() - oldestAt) / 1_000);
  };
}
