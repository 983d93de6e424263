import { Counter, type Registry } from 'prom-client';

/** Metrics of the module `incidents`. */
export function createIncidentMetrics(registry: Registry) {
  const incidents = new Counter({
    name: 'ultronex_incidents_total',
    help: 'Incidents (groups of alerts) that began (firing) and that ended (resolved).',
    labelNames: ['status'],
    registers: [registry],
  });
  // Created with 0: Prometheus' `increase` misses the first event of a new series.
  for (const status of ['firing', 'resolved']) incidents.inc({ status }, 0);
  const undelivered = new Counter({
    name: 'ultronex_incident_cards_undelivered_total',
    help: 'Cards of alerts that did not reach Slack: failed or expired.',
    registers: [registry],
  });
  return { incidents, undelivered };
}
