/** Incidents: whatever is wrong becomes one card in Slack, with its history in the thread, a page and routes. */
import type { ModuleEntry } from '../module.ts';
import { incidentSettings } from './settings.ts';

export const incidents = {
  name: 'incidents',
  settings: incidentSettings,
  pages: [
    {
      name: 'incidents',
      title: 'Incidents',
      main: 'modules/incidents/web/incidents.ts',
      nav: { label: 'Incidents', at: 25 },
      card: { icon: 'alert', about: 'What is wrong, who is on it, and what happened.' },
      isRoute: true,
    },
  ],
  tags: [
    { name: 'alerts', description: 'Alertmanager’s and Grafana’s notifications become incidents.' },
    { name: 'incidents', description: 'What is wrong, who is on it, and what happened.' },
  ],
  // Cards can be lost without harm: an alert that still fires creates its card again.
  deliverySources: [{ name: 'incident', renewed: true }],
  cli: async () => (await import('./cli.ts')).incidentCommands,
  load: () => import('./module.ts'),
} satisfies ModuleEntry<typeof incidentSettings>;
