import type { Incident } from '../../src/domain/incident.ts';

/** An open incident of the team T1. */
export function incident(more: Partial<Incident> = {}): Incident {
  return {
    ...{
      number: 1,
      team: 'T1',
      key: 'key',
      source: 'signal',
      status: 'firing',
      severity: 'critical',
      title: 'Disk full',
    },
    facts: {
      ...{ severityText: 'critical', state: 'firing', about: 'The disk of db-1 is full', alerts: [], more: 0 },
      ...{ links: [], labels: {}, matchers: [], notify: null },
    },
    ...{ digest: 'a', since: null, openedAt: 0, resolvedAt: null, resolvedBy: null, channel: '#alerts', card: null },
    ...{ acknowledged: null, silenced: null, silences: [], reminding: true, flappingSince: null, changes: [] },
    ...{ toldAt: 0, contextDueAt: null, revision: 0, ...more },
  };
}
