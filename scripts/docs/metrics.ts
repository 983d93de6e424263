import { systemClock } from '../../src/domain/clock.ts';
import { defineContainerMetrics } from '../../src/modules/containers/metrics.ts';
import { createIncidentMetrics } from '../../src/modules/incidents/metrics.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { table } from './markers.ts';

/** Every metric of the program, those of its modules too. */
export function allMetrics() {
  const { registry } = createMetrics();
  createIncidentMetrics(registry);
  defineContainerMetrics(registry, { read: async () => ({ at: 0, containers: [] }) }, systemClock);
  return registry.getMetricsAsArray();
}

/** Our own metrics; those of Node (`process_…`, `nodejs_…`) are prom-client's. */
export function metricTable(): string {
  const metrics = allMetrics().filter(({ name }) => name.startsWith('ultronex_'));
  const rows = metrics.map((metric) => {
    const { labelNames = [] } = metric as { labelNames?: string[] };
    return [`\`${metric.name}\``, typeOf(metric), labelNames.map((label) => `\`${label}\``).join(', '), metric.help];
  });
  return table(['metric', 'type', 'labels', 'meaning'], rows);
}

/** prom-client names the type in the class only. */
function typeOf(metric: object): string {
  return metric.constructor.name.toLowerCase();
}
