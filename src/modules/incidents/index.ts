/** Incidents: the alerts of Alertmanager and Grafana become cards in Slack, one a group, edited when it resolves. */
import type { ModuleEntry } from '../module.ts';
import { incidentSettings } from './settings.ts';

export const incidents = {
  name: 'incidents',
  settings: incidentSettings,
  tags: [{ name: 'alerts', description: 'Alertmanager’s notifications become cards in Slack.' }],
  // An alert that still fires makes its card again.
  deliverySources: [{ name: 'incident', renewed: true }],
  load: () => import('./module.ts'),
} satisfies ModuleEntry<typeof incidentSettings>;
