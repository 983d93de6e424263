import { type Static, Type } from 'typebox';

/** The longest text here is a description; a body is at most 1 MiB in any case. */
const values = (description: string) => Type.Record(Type.String(), Type.String(), { description });
const time = (description: string) => Type.String({ format: 'date-time', description });
const status = Type.Enum(['firing', 'resolved']);

const alert = Type.Object({
  status,
  labels: values('They make the alert what it is: `alertname`, `severity`, `instance` …'),
  annotations: values('What it says: `summary`, `description`, `runbook_url`.'),
  startsAt: time('Since when.'),
  endsAt: time('When it ended; the year 1 while it fires.'),
  generatorURL: Type.String({ description: 'The query behind it.' }),
  fingerprint: Type.String({ description: 'A hash of the labels.' }),
});
export type Alert = Static<typeof alert>;

/** What Alertmanager posts: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config, version 4. */
export const notification = Type.Object({
  version: Type.Literal('4'),
  groupKey: Type.String({ minLength: 1, description: 'The same for every notification of a group.' }),
  status,
  receiver: Type.String(),
  groupLabels: values('What the group is made by.'),
  commonLabels: values('Labels that all its alerts have.'),
  commonAnnotations: values('Annotations that all its alerts have.'),
  externalURL: Type.String({ description: 'Where Alertmanager is.' }),
  truncatedAlerts: Type.Optional(
    Type.Integer({ minimum: 0, description: 'How many alerts are left out (`max_alerts`).' }),
  ),
  alerts: Type.Array(alert, { minItems: 1 }),
});
export type Notification = Static<typeof notification>;
