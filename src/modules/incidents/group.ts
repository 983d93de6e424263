import type { IncidentStatus } from '../../domain/incident.ts';
import { severities } from '../../domain/severity.ts';
import type { Alert, Notification } from './notification.ts';

/** A notification with its alerts sorted: firing before resolved, then worst first. */
export interface Group extends Pick<Notification, 'groupKey' | 'groupLabels' | 'commonLabels' | 'commonAnnotations'> {
  /** The sender of the notification. */
  kind: 'alertmanager' | 'grafana' | 'signal';
  /** mrkdwn of a signal, shown as it is. */
  text?: string;
  /** mrkdwn of a signal, posted in the thread of a new card. */
  thread?: string;
  /** Who a signal asks to mention; null: nobody. Absent: the annotation or label `notify` says it. */
  notify?: string | null;
  /** The job that may mend it, as a signal names it. Absent: the annotation or label `fix` says it. */
  fix?: string;
  /** Public address of the sender; '' when it is unknown. */
  externalURL: string;
  status: IncidentStatus;
  alerts: Alert[];
  /** Number of alerts that the sender left out. */
  truncated: number;
}

/** An alert that always fires, so that its absence shows that alerting is broken. A machine watches it, so it gets no card. */
const watchdog = 'Watchdog';

/** Returns the rank of a severity, 0 for the worst. An unknown one ranks as `warning`. */
export function rankOf(severity: string | undefined): number {
  const rank = (severities as readonly string[]).indexOf(severity?.toLowerCase() ?? '');
  return rank === -1 ? severities.indexOf('warning') : rank;
}

/** Returns the group of a notification; null if it has only Watchdog alerts. */
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

/** Returns the earliest start of the alerts in milliseconds since the epoch, or null if none has one. */
export function startOf({ alerts }: Pick<Group, 'alerts'>): number | null {
  const times = alerts.flatMap(({ startsAt }) => timeOf(startsAt) ?? []);
  return times.length === 0 ? null : Math.min(...times);
}

/** Returns the latest end of the alerts in milliseconds since the epoch, or null if none has one. */
export function endOf({ alerts }: Pick<Group, 'alerts'>): number | null {
  const times = alerts.flatMap(({ endsAt }) => timeOf(endsAt) ?? []);
  return times.length === 0 ? null : Math.max(...times);
}

/** Parses a time. Returns null for Go's zero time (in the year 1) and for a leap second, which JavaScript cannot parse. */
function timeOf(written: string): number | null {
  const ms = Date.parse(written);
  return ms > 0 ? ms : null;
}
