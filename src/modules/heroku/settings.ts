import { herokuApp } from '../../domain/heroku-app.ts';
import { Type } from '../../lib/schema.ts';

/** Settings of the module `heroku`. The first three have the names of the monitor that it replaces. */
export const herokuSettings = {
  MONITORED_APP_NAME: Type.Optional(
    Type.String({
      description:
        'Apps on Heroku that are watched, names separated by commas. Files of WATCH_DIR may name further ones, and what differs for an app.',
      pattern: `^${herokuApp}(\\s*,\\s*${herokuApp}){0,99}$`,
      form: 'up to 100 names of apps such as my-app, separated by commas',
    }),
  ),
  SLACK_CHANNEL: Type.Optional(
    Type.String({
      description: 'Channel for messages about Heroku: #name or an id. Unset: ALERT_CHANNEL.',
      pattern: '^[^\\s,]+$',
      form: 'the #name or the id of one channel, without blanks and commas',
      postsTo: {
        purpose: 'messages about Heroku',
        whenMissing:
          'Messages about Heroku reach nobody in Slack until it is there: make it, invite me if it is private, or name another one.',
      },
    }),
  ),
  CHECK_INTERVAL_MINUTES: Type.Integer({
    description: 'Minutes between two looks at an app on Heroku.',
    minimum: 1,
    maximum: 60,
    default: 5,
  }),
  HEROKU_WEBHOOK_SECRET: Type.Optional(
    Type.String({
      description:
        'Secret of the signature of Heroku’s webhooks at /ultronex/hooks/heroku. Apps that send webhooks are polled a third as often. Unset: no webhooks.',
      secret: true,
      minLength: 8,
    }),
  ),
  GRAFANA_TOKEN: Type.Optional(
    Type.String({
      description:
        'Token of a Grafana service account with the role Editor: each release becomes an annotation in the Grafana at GRAFANA_URL.',
      secret: true,
      minLength: 8,
    }),
  ),
};
