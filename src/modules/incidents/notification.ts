import type { Static } from 'typebox';
import { Type } from '../../lib/schema.ts';

const values = (description: string) => Type.Record(Type.String(), Type.String(), { description });
const time = (description: string) => Type.String({ format: 'date-time', description });
const status = Type.Enum(['firing', 'resolved']);

const alert = Type.Object({
  status,
  labels: values('They identify the alert: `alertname`, `severity`, `instance` …'),
  annotations: values('Texts for people: `summary`, `description`, `runbook_url`.'),
  startsAt: time('When it began to fire.'),
  endsAt: time('When it ended; in the year 1 while it fires.'),
  generatorURL: Type.String({ description: 'Address of the alert’s query.' }),
  fingerprint: Type.String({ description: 'A hash of the labels.' }),
});

/** Additional fields of Grafana's alerts. */
interface GrafanaFields {
  /** Results of the rule's expressions by their letter. */
  values?: Record<string, number | null> | null;
  silenceURL?: string;
  dashboardURL?: string;
  panelURL?: string;
  imageURL?: string;
}
export type Alert = Static<typeof alert> & GrafanaFields;

/** Alertmanager's webhook, version 4: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
export const notification = Type.Object({
  version: Type.Literal('4'),
  groupKey: Type.String({ minLength: 1, description: 'The same for every notification of a group.' }),
  status,
  receiver: Type.String(),
  groupLabels: values('The labels by which alerts are grouped.'),
  commonLabels: values('Labels that all its alerts have.'),
  commonAnnotations: values('Annotations that all its alerts have.'),
  externalURL: Type.String({ description: 'Address of Alertmanager.' }),
  truncatedAlerts: Type.Optional(
    Type.Integer({ minimum: 0, description: 'How many alerts are left out (`max_alerts`).' }),
  ),
  alerts: Type.Array(alert, { minItems: 1 }),
});
export type Notification = Omit<Static<typeof notification>, 'alerts' | 'version'> & {
  version?: string;
  alerts: Alert[];
};

const someText = Type.Optional(Type.Union([Type.String(), Type.Null()]));
const grafanaAlert = Type.Object({
  status,
  labels: values('They identify the alert: `alertname`, `grafana_folder` …'),
  annotations: Type.Optional(values('Texts for people: `summary`, `description`, `runbook_url`.')),
  startsAt: time('When it began to fire.'),
  endsAt: Type.Optional(time('When it ended; in the year 1 while it fires.')),
  values: Type.Optional(
    Type.Union([Type.Record(Type.String(), Type.Union([Type.Number(), Type.Null()])), Type.Null()], {
      description: 'Results of the rule’s expressions.',
    }),
  ),
  generatorURL: someText,
  fingerprint: Type.Optional(Type.String()),
  silenceURL: someText,
  dashboardURL: someText,
  panelURL: someText,
  imageURL: someText,
});

/** The webhook of Grafana 11 to 13: https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/ */
export const grafanaNotification = Type.Object({
  version: Type.Optional(Type.Literal('1')),
  receiver: Type.Optional(Type.String()),
  groupKey: Type.Optional(Type.String({ description: 'The same for every notification of a group.' })),
  orgId: Type.Optional(Type.Integer()),
  status,
  groupLabels: Type.Optional(values('The labels by which alerts are grouped.')),
  commonLabels: Type.Optional(values('Labels that all its alerts have.')),
  commonAnnotations: Type.Optional(values('Annotations that all its alerts have.')),
  externalURL: someText,
  truncatedAlerts: Type.Optional(Type.Integer({ minimum: 0, description: 'How many alerts are left out.' })),
  alerts: Type.Array(grafanaAlert, { minItems: 1 }),
});

/** Converts Grafana's notification to Alertmanager's shape, with defaults for missing fields. */
export function fromGrafana(given: Static<typeof grafanaNotification>): Notification {
  const { receiver = '', orgId = 1, groupLabels = {}, commonLabels = {}, commonAnnotations = {} } = given;
  return {
    // The prefix keeps it different from keys of Alertmanager's groups.
    groupKey: `grafana:${orgId}:${given.groupKey || `${receiver}:${JSON.stringify(groupLabels)}`}`,
    status: given.status,
    receiver,
    groupLabels,
    commonLabels,
    commonAnnotations,
    externalURL: given.externalURL ?? '',
    truncatedAlerts: given.truncatedAlerts,
    alerts: given.alerts.map((one) => ({
      status: one.status,
      labels: one.labels,
      annotations: one.annotations ?? {},
      startsAt: one.startsAt,
      endsAt: one.endsAt ?? '0001-01-01T00:00:00Z',
      generatorURL: one.generatorURL ?? '',
      fingerprint: one.fingerprint ?? JSON.stringify(one.labels),
      values: one.values,
      silenceURL: one.silenceURL ?? undefined,
      dashboardURL: one.dashboardURL ?? undefined,
      panelURL: one.panelURL ?? undefined,
      imageURL: one.imageURL ?? undefined,
    })),
  };
}
