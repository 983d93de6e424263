import type { Module, ModuleContext } from '../module.ts';
import { createIncidentLog, listName } from './incidents.ts';
import { createIncidentMetrics } from './metrics.ts';
import { hookRoutes, listRoute } from './routes.ts';
import type { incidentSettings } from './settings.ts';

export function open({ config, registry, ...parts }: ModuleContext<typeof incidentSettings>): Module {
  const { incidents, undelivered } = createIncidentMetrics(registry);
  parts.store.onState(({ source, state }) => {
    if (source === 'incident' && (state === 'failed' || state === 'expired')) undelivered.inc();
  });
  const take = createIncidentLog({
    ...parts,
    channel: () => parts.channelOf(config.ALERT_CHANNEL),
    publicUrl: config.PUBLIC_URL ?? '',
    count: (status) => incidents.inc({ status }),
  });
  const list = (delivery: string) => parts.store.state(listName(delivery));
  return {
    routes: [
      { plugin: hookRoutes(take), prefix: '/ultronex/hooks', requireLogin: true, scope: 'hook' },
      { plugin: listRoute(list), prefix: '/ultronex/incidents', requireLogin: true, scope: 'read' },
    ],
  };
}
