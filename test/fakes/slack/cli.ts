import { parseArgs } from 'node:util';
import { startFakeSlack } from './index.ts';

/** The fake Slack as a process: prints where it is as one line of JSON, then serves until SIGINT or SIGTERM. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4010' },
    host: { type: 'string', default: '127.0.0.1' },
    'public-url': { type: 'string' },
    'events-url': { type: 'string' },
    'commands-url': { type: 'string' },
    'interactive-url': { type: 'string' },
    'signing-secret': { type: 'string' },
    limits: { type: 'string', default: 'off' },
    teams: { type: 'string', default: 'T1' },
  },
});

const slack = await startFakeSlack({
  port: Number(values.port),
  host: values.host,
  publicUrl: values['public-url'],
  eventsUrl: values['events-url'],
  commandsUrl: values['commands-url'],
  interactiveUrl: values['interactive-url'],
  signingSecret: values['signing-secret'],
  limits: values.limits === 'slack' ? 'slack' : 'off',
  teams: values.teams.split(',').map((id) => ({ id })),
  control: true,
});

console.log(
  JSON.stringify({
    apiUrl: slack.apiUrl,
    controlUrl: `${slack.url}/_ctl/`,
    appToken: slack.appToken,
    signingSecret: slack.signingSecret,
    teams: slack.teams.map(({ id, botToken, botUserId }) => ({ id, botToken, botUserId })),
  }),
);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void slack.stop().then(() => process.exit(0)));
}
