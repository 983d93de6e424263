import { Counter, type Registry } from 'prom-client';

/** Metrics of the module `incidents`. */
export function createIncidentMetrics(registry: Registry) {
  const incidents = new Counter({
    name: 'ultronex_incidents_total',
    help: 'Groups of alerts: when they begin (firing) and when they end (resolved).',
    labelNames: ['status'],
    registers: [registry],
  });
  // There from the start: an increase from nothing is none to Prometheus.
  for (const status of ['firing', 'resolved']) incidents.inc({ status }, 0);
  const undelivered = new Counter({
    name: 'ultronex_incident_cards_undelivered_total',
    help: 'Cards of alerts that did not reach Slack: refused, or their time ran out.',
    registers: [registry],
  });
  return { incidents, undelivered };
}
