import { createLease, holdEveryMs } from '../../domain/lease.ts';
import { followPlans, type PlannedMaintenance } from '../../watch-files/index.ts';
import type { Module, ModuleContext } from '../module.ts';
import { createBeats } from './beats/beats.ts';
import { countBeats } from './beats/metrics.ts';
import { beatRoutes } from './beats/routes.ts';
import { createChecks } from './checks.ts';
import { createLazyAttempt } from './lazy-attempt.ts';
import { createPlannedWindows } from './maintenance.ts';
import { defineCheckMetrics } from './metrics.ts';
import { createWatchPages } from './pages.ts';
import type { watchSettings } from './settings.ts';
import { createSharedChecks } from './shared-checks.ts';

export function open(context: ModuleContext<typeof watchSettings>): Module {
  const { config, clock, log, store, signals, registry, onStop } = context;
  const attempt = createLazyAttempt({ dockerUrl: config.DOCKER_READ_URL ?? null, clock, onStop });
  const windows = createPlannedWindows();
  const lease = createLease(store, 'watch', clock);
  const checks = createChecks({
    ...{ store, lease, signals, windows, clock, log, attempt },
    count: (result) => metrics.count(result),
    onResult: (name) => shared.tell(name),
  });
  const shared = createSharedChecks({ checks, news: store, clock, newId: context.newId });
  const metrics = defineCheckMetrics(registry, checks.running);
  const beats = createBeats({ store, lease, signals, clock, log, inMaintenance: windows.inMaintenance });
  countBeats(registry, beats);
  let planned: readonly PlannedMaintenance[] = [];
  const pages = createWatchPages({ context, checks: shared, beats, planned: () => planned });

  return {
    ...pages,
    health: { name: 'watch', of: checks.health },
    routes: [
      ...pages.routes,
      { plugin: beatRoutes(beats, clock), prefix: '/ultronex', requireLogin: true, scope: 'read' },
    ],
    every: [{ name: 'beats', everyMs: holdEveryMs, run: beats.round }],
    async start() {
      onStop('checks', checks.stop);
      const followed = await followPlans({
        ...{ dir: config.WATCH_DIR, timeZone: config.TIME_ZONE, clock, log },
        onPlan(plan, isWhole) {
          planned = plan.maintenance;
          windows.replace(plan.maintenance);
          checks.replace(plan.checks, isWhole);
          beats.replace(plan.beats, isWhole);
        },
      });
      onStop('watch', () => followed.stop());
      shared.ask();
      await beats.start();
    },
  };
}
