import { createDatabaseMetrics } from '../../src/observability/database-metrics.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { table } from './markers.ts';
import { openAllModules } from './modules.ts';

/** Every metric of the program, those of its modules too. */
export async function allMetrics() {
  const { registry } = createMetrics();
  createDatabaseMetrics(registry, { instances: 1, standbys: 0 });
  await openAllModules(registry);
  return registry.getMetricsAsArray();
}

/** Our own metrics; those of Node (`process_…`, `nodejs_…`) are prom-client's. */
export async function metricTable(): Promise<string> {
  const metrics = (await allMetrics()).filter(({ name }) => name.startsWith('ultronex_'));
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
