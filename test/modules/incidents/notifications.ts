import type { Alert, Notification } from '../../../src/modules/incidents/notification.ts';

export const startsAt = '2026-01-02T03:04:05.123Z';
const never = '0001-01-01T00:00:00Z';
let last = 0;

/** As Alertmanager writes it; `status` resolved: two hours and four minutes later. */
export function alert({ status = 'firing', labels = {}, annotations = {}, ...more }: Partial<Alert> = {}): Alert {
  last += 1;
  return {
    status,
    labels: { alertname: 'DiskFull', severity: 'critical', instance: 'db-1', job: 'node', ...labels },
    annotations: { summary: 'Disk is 95 % full', ...annotations },
    startsAt,
    endsAt: status === 'firing' ? never : '2026-01-02T05:08:06.123Z',
    generatorURL: 'http://prometheus:9090/graph?g0.expr=up',
    fingerprint: last.toString(16).padStart(16, '0'),
    ...more,
  };
}

/** What is common is worked out of the alerts, as Alertmanager does. */
export function notification(alerts: Alert[], more: Partial<Notification> = {}): Notification {
  return {
    version: '4',
    groupKey: '{}:{alertname="DiskFull"}',
    status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    receiver: 'ultronex',
    groupLabels: { alertname: 'DiskFull' },
    commonLabels: common(alerts.map(({ labels }) => labels)),
    commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    externalURL: 'http://alertmanager:9093',
    truncatedAlerts: 0,
    alerts,
    ...more,
  };
}

function common([first = {}, ...others]: Record<string, string>[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((each) => each[name] === value)),
  );
}

/** The same alerts, over. */
export function resolved(given: Notification): Notification {
  const alerts = given.alerts.map((each) => ({
    ...each,
    status: 'resolved' as const,
    endsAt: alert({ status: 'resolved' }).endsAt,
  }));
  return { ...given, status: 'resolved', alerts };
}
