import type { Module, ModuleContext } from '../module.ts';
import { createBusiest } from './busiest.ts';
import { installRoutes } from './install-routes.ts';
import { createInstallStates } from './install-state.ts';
import { defineWorkspaceMetrics } from './metrics.ts';
import { workspaceRoutes } from './workspace-routes.ts';

/** Tokens that end soon are refreshed, and workspaces counted. Milliseconds. */
const upkeepEveryMs = 60_000;

export function open(context: ModuleContext<Record<never, never>>): Module {
  const { config, clock, log, store, newId, installer, registry, onEvent, onStop } = context;
  if (installer === null) throw new Error('Without TOKEN_KEYS there are no other workspaces.');
  const busiest = createBusiest(clock);
  onEvent(busiest.count);
  const metrics = defineWorkspaceMetrics(registry, installer.counts, busiest);
  installer.onRefresh(metrics.refreshed);
  // Without it there are bots of the Redis hash only.
  const installs = config.SLACK_CLIENT_ID !== undefined;
  const install = installRoutes({
    ...{ installer, clock, log, store, newId, onEnd: metrics.installEnded },
    states: createInstallStates(config.SLACK_CLIENT_SECRET ?? '', clock),
    isSecure: config.PUBLIC_URL?.startsWith('https:') === true,
  });
  return {
    routes: [
      ...(installs ? [{ plugin: install, prefix: '/slack', requireLogin: false, scope: 'read' } as const] : []),
      { plugin: workspaceRoutes({ installer, installs }), prefix: '/ultronex', requireLogin: true, scope: 'admin' },
    ],
    health: { name: 'workspaces', of: installer.health },
    every: [{ name: 'upkeep of workspaces', everyMs: upkeepEveryMs, run: installer.upkeep }],
    start() {
      onStop('token refreshes', installer.stop);
      void installer.upkeep().catch((error) => log.error({ err: error }, 'workspaces were not looked at'));
    },
  };
}
