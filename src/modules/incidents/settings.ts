import { Type } from '../../lib/schema.ts';

const url = (description: string, example: string) =>
  Type.Optional(
    Type.String({
      ...{ description, example, format: 'url', pattern: '^https?://[^/]+' },
      form: `an address that begins with http:// or https://, such as ${example}`,
    }),
  );

/** Settings of the module `incidents`. */
export const incidentSettings = {
  ALERT_CHANNEL: Type.String({
    description: 'Channel for the cards of alerts: #name or an id.',
    default: '#alerts',
    pattern: '^[^\\s,]+$',
    postsTo: {
      purpose: 'alerts',
      whenMissing:
        'Alerts reach nobody in Slack until it is there: make it, invite me if it is private, or name another one. With the scopes channels:manage and channels:join I make it myself at the start.',
    },
    form: 'the #name or the id of one channel, without blanks and commas',
  }),
  REMIND_HOURS: Type.Integer({
    description: 'Hours after which an open incident that nobody acknowledged is told again. 0: never.',
    minimum: 0,
    maximum: 168,
    default: 4,
  }),
  DIGEST_AT: Type.Optional(
    Type.String({
      description:
        'Time of day for a message in ALERT_CHANNEL with the open incidents, in TIME_ZONE: 08:30. Unset: none.',
      pattern: '^([01]\\d|2[0-3]):[0-5]\\d$',
      form: 'a time of day from 00:00 to 23:59, such as 08:30',
    }),
  ),
  GRAFANA_WEBHOOK_SECRET: Type.Optional(
    Type.String({
      description:
        'Secret of the HMAC signature of Grafana’s webhook contact point (Grafana 12 and later). A signed request to /ultronex/hooks/grafana needs no login. Unset: it needs one.',
      secret: true,
      minLength: 8,
    }),
  ),
  LOKI_READ_URL: url(
    'Address of the Loki whose log lines are shown with an incident; http://loki:3100 in the stack. Unset: no log lines.',
    'http://loki:3100',
  ),
  ALERTMANAGER_URL: url(
    'Address of the Alertmanager that silences the alerts of a silenced incident; http://alertmanager:9093 in the stack. Unset: only the incident is silenced.',
    'http://alertmanager:9093',
  ),
};
