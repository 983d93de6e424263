import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { renderDashboard, type Spec } from './dashboard.ts';
import { database } from './database.ts';
import { events } from './events.ts';
import { haproxy } from './haproxy.ts';
import { host } from './host.ts';
import { logs } from './logs.ts';
import { ultronex } from './ultronex.ts';
import { watch } from './watch.ts';

export const specs: readonly Spec[] = [ultronex, watch, database, events, haproxy, host, logs];

/** What is provisioned, by file name. */
export function generateDashboards(): Record<string, Dashboard> {
  return Object.fromEntries(specs.map((spec) => [`${spec.uid}.json`, renderDashboard(spec)]));
}

/** As it is written to deploy/grafana/dashboards. */
export function toFile(dashboard: Dashboard): string {
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}
