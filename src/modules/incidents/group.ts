import type { Alert, Notification } from './notification.ts';

export type IncidentStatus = 'firing' | 'resolved';

/** A notification with its alerts in an order that does not depend on how they came: what matters most first. */
export interface Group extends Pick<Notification, 'groupKey' | 'groupLabels' | 'commonLabels' | 'commonAnnotations'> {
  /** Whose notification it was. */
  kind: 'alertmanager' | 'grafana';
  /** Where people reach the sender; '' when it does not say. */
  externalURL: string;
  status: IncidentStatus;
  alerts: Alert[];
  /** Alerts that Alertmanager left out. */
  truncated: number;
}

/** It fires always, so that its silence tells that alerting is broken; that is for a machine to watch. */
const watchdog = 'Watchdog';

/** Worst first, by the usual values of the label `severity`; null: none of them. */
const severities = ['critical', 'error', 'warning', 'info'];

export function rankOf(severity: string | undefined): number {
  const rank = severities.indexOf(severity?.toLowerCase() ?? '');
  return rank === -1 ? severities.indexOf('warning') : rank;
}

/** Null: nothing in it is for people. */
export function toGroup(notification: Notification, kind: Group['kind'] = 'alertmanager'): Group | null {
  const {
    externalURL,
    groupKey,
    groupLabels,
    commonLabels,
    commonAnnotations,
    truncatedAlerts: truncated = 0,
  } = notification;
  const alerts = notification.alerts.filter(({ labels }) => labels.alertname !== watchdog).sort(compare);
  if (alerts.length === 0) return null;
  const left = truncated > 0 && notification.status === 'firing';
  const status = left || alerts.some((alert) => alert.status === 'firing') ? 'firing' : 'resolved';
  return { kind, externalURL, groupKey, groupLabels, commonLabels, commonAnnotations, status, alerts, truncated };
}

function compare(a: Alert, b: Alert): number {
  if (a.status !== b.status) return a.status === 'firing' ? -1 : 1;
  const byRank = rankOf(a.labels.severity) - rankOf(b.labels.severity);
  if (byRank !== 0) return byRank;
  const [one, other] = [`${a.startsAt} ${a.fingerprint}`, `${b.startsAt} ${b.fingerprint}`];
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** Since when any of the alerts fires, milliseconds since the epoch; null: they do not say. */
export function startOf({ alerts }: Pick<Group, 'alerts'>): number | null {
  const times = alerts.flatMap(({ startsAt }) => timeOf(startsAt) ?? []);
  return times.length === 0 ? null : Math.min(...times);
}

/** When the last of them ended; null: they do not say. */
export function endOf({ alerts }: Pick<Group, 'alerts'>): number | null {
  const times = alerts.flatMap(({ endsAt }) => timeOf(endsAt) ?? []);
  return times.length === 0 ? null : Math.max(...times);
}

/** Go's time of nothing is the first of the year 1; a leap second is not known to JavaScript. */
function timeOf(written: string): number | null {
  const ms = Date.parse(written);
  return ms > 0 ? ms : null;
}
