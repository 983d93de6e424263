import { stringify } from 'yaml';
import { settingSchemas } from '../../app/index.ts';
import { givenName } from '../../config/index.ts';
import { slackManifest } from '../../slack/manifest.ts';
import { defineCommand, exit, UsageError } from '../command.ts';

export const manifest = defineCommand({
  name: 'manifest',
  summary: 'Print the manifest of the Slack app, to paste under "From a manifest" when you make the app.',
  usage: '[--http HOST] [--install HOST] [--heroku] [--events] [--json|--yaml]',
  options: {
    http: {
      type: 'string',
      value: 'HOST',
      description: 'Events over HTTPS to this public host name; without it Socket Mode, which needs none.',
    },
    install: {
      type: 'string',
      value: 'HOST',
      description:
        'Other workspaces install the app at https://HOST/slack/install. Default with SLACK_CLIENT_ID: the host of PUBLIC_URL.',
    },
    heroku: { type: 'boolean', description: 'With the slash command /heroku-status.' },
    events: {
      type: 'boolean',
      description:
        'With the events and scopes that programs outside need (docs/events.md). Default where the settings record events.',
    },
    json: { type: 'boolean', description: 'As JSON (the default).' },
    yaml: { type: 'boolean', description: 'As YAML.' },
  },
  words: [0, 0],
  run({ values, io }) {
    const { http, heroku } = values;
    if (values.json && values.yaml) throw new UsageError('--json and --yaml are both given; keep one of them');
    for (const [name, host] of Object.entries({ http, install: values.install })) {
      if (host === undefined || isHost(host)) continue;
      throw new UsageError(`--${name} "${host}" is no host name; write for example bot.example.com`);
    }
    const { SLACK_CLIENT_ID, PUBLIC_URL } = io.env;
    const installHost = values.install ?? (SLACK_CLIENT_ID ? PUBLIC_URL : undefined);
    const more = { heroku, events: values.events === true || recordsEvents(io.env), installHost };
    const app = slackManifest(http === undefined ? { mode: 'socket', ...more } : { mode: 'http', host: http, ...more });
    io.out(values.yaml ? stringify(app).trimEnd() : JSON.stringify(app, null, 2));
    return exit.ok;
  },
});

/** Whether these settings turn the module `events` on. Read here, since the app is made before the other settings are right. */
function recordsEvents(env: Readonly<Record<string, string | undefined>>): boolean {
  const isSet = (name: 'REDIS_URL' | 'EVENTS_WEBHOOK_URL') => {
    const given = givenName(name, settingSchemas[name], env);
    return Boolean(env[given] || env[`${given}_FILE`]);
  };
  return env.EVENTS ? env.EVENTS === 'on' : isSet('REDIS_URL') || isSet('EVENTS_WEBHOOK_URL');
}

/** Accepts also an address as copied from a browser: https://bot.example.com/ */
function isHost(written: string): boolean {
  return /^(https:\/\/)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?\/*$/i.test(written);
}
