import type { Incident } from '../../domain/incident.ts';
import { linkTarget } from './markup.ts';

/** Time on each side of the incident that a dashboard shows. Milliseconds. */
const aroundMs = 30 * 60_000;

/** Dashboards of deploy/grafana by the service of an alert; `ultronex` has all others. */
const dashboards: Readonly<Record<string, string>> = {
  ...{ haproxy: 'haproxy', certbot: 'haproxy', loki: 'logs', otelcol: 'logs' },
  ...{ host: 'host', containers: 'host', 'node-exporter': 'host', 'node-network': 'host' },
};

/**
 * Returns a link to the dashboard of an incident at the incident's time, as mrkdwn; null: there is none.
 * @param grafanaUrl null: only a dashboard that the incident itself names
 */
export function dashboardLink({ facts }: Incident, at: number, grafanaUrl: string | null): string | null {
  const own = facts.links.find(({ name }) => /^(?:dashboard|panel)$/i.test(name));
  if (own !== undefined) return linkTo('Dashboard at that time', own.url, at);
  if (grafanaUrl === null) return null;
  const uid = dashboardOf(facts.labels);
  return linkTo('Dashboard at that time', `${withoutSlash(grafanaUrl)}/d/${uid}/${uid}`, at);
}

/** Returns a link to all log lines of a service around a time. */
export function logsLink(service: string, at: number, grafanaUrl: string): string | null {
  return linkTo(
    'All log lines',
    `${withoutSlash(grafanaUrl)}/d/logs/logs?var-service=${encodeURIComponent(service)}`,
    at,
  );
}

const withoutSlash = (url: string) => url.replace(/\/+$/, '');

/** The label `service` of our own rules says `host` and `containers` too, which are no services of the stack. */
function dashboardOf(labels: Readonly<Record<string, string>>): string {
  const { service = '' } = labels;
  return Object.hasOwn(dashboards, service) ? (dashboards[service] ?? '') : 'ultronex';
}

/** Null: the address is not that of a dashboard, or has a time already. The card shows it as it is. */
function linkTo(name: string, written: string, at: number): string | null {
  if (!URL.canParse(written)) return null;
  const url = new URL(written);
  if (!/\/d(?:-solo)?\//.test(url.pathname) || url.searchParams.has('from')) return null;
  url.searchParams.set('from', String(at - aroundMs));
  url.searchParams.set('to', String(at + aroundMs));
  const target = linkTarget(url.href);
  return target === null ? null : `<${target}|${name}>`;
}
