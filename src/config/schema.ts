import type { Static, TObject } from 'typebox';
import { Type } from '../lib/schema.ts';

/**
 * The schemas of the core's settings; modules have their own. Types, validation, `.env.example` and docs/configuration.md
 * are made from them. `setting.ts` documents the fields.
 */
const text = (description: string, more: object = {}) => Type.Optional(Type.String({ description, ...more }));
const secret = (description: string, more: object = {}) => text(description, { secret: true, ...more });
const whole = (description: string, minimum: number, maximum: number, fallback: number) =>
  Type.Integer({ description, minimum, maximum, default: fallback });
const flag = (description: string, fallback: boolean) => Type.Boolean({ description, default: fallback });

export const coreSettings = {
  PORT: whole('Port of the HTTP server; 0 chooses a free one.', 0, 65_535, 8080),
  HOST: Type.String({
    description:
      'Address to listen on. With another one than loopback the simulator requires the login. On a dyno of Heroku the default is 0.0.0.0.',
    default: '127.0.0.1',
  }),
  PUBLIC_URL: text('Public address of this program, used in links: https://bot.example.com. Unset: http://HOST:PORT.', {
    pattern: '^https?://[^/?#\\s]+$',
    form: 'an address without a path, such as https://bot.example.com',
    format: 'url',
    example: 'https://bot.example.com',
  }),
  ALLOWED_HOSTS: text(
    'Further host names to accept in requests, separated by commas: bot.example.com, *.example.com. Always accepted: the host of PUBLIC_URL, HOST, localhost, IP addresses, names without a dot and names under .internal. Requests for other names are refused, as a protection against DNS rebinding. `*` accepts all. On a dyno of Heroku the default is *.herokuapp.com.',
  ),
  TRUSTED_PROXIES: Type.String({
    description:
      'Proxies whose headers X-Forwarded-For, -Proto and -Host are trusted, separated by commas: addresses, networks such as 10.0.0.0/8, or the keywords loopback, linklocal, uniquelocal (private networks), attached (the networks of this machine or container). The stack sets loopback,attached. On a dyno of Heroku the default is loopback,uniquelocal.',
    default: 'loopback',
  }),
  DATA_DIR: Type.String({
    description: 'Folder of the store and of the generated password.',
    default: './data',
    pattern: '^[^\\s\\ufffd]([^\\ufffd]*[^\\s\\ufffd])?$',
    form: 'a path in UTF-8 without blanks around it, such as ./data',
  }),
  DATABASE_URL: secret(
    'Address of a PostgreSQL database (15 or later) that holds the store in place of DATA_DIR, so that several instances can share it: postgres://user:password@host:5432/database. Add ?sslmode=verify-full where the connection leaves the machine.',
    {
      pattern: '^postgres(ql)?://[^/]+/[^/?]+',
      form: 'an address with a database, such as postgres://user:password@host:5432/ultronex',
    },
  ),
  DATABASE_CA: secret(
    'Certificate of the authority that signed the certificate of the database’s server, where it is the provider’s own: the text in PEM, or its base64 on one line (base64 -w0 ca.pem). Every connection is then encrypted, and certificate and host name are checked, as with sslmode=verify-full.',
  ),
  INSTANCES: whole(
    'Number of instances on DATABASE_URL that should run; the stack sets it to ULTRONEX_REPLICAS. An alert and `ultronex doctor` tell when fewer are connected.',
    1,
    1_000,
    1,
  ),
  DATABASE_STANDBYS: whole(
    'Number of standbys that should follow the server of DATABASE_URL; a swarm sets it. An alert and `ultronex doctor` tell when fewer do: the loss of the server would then cost more than a moment.',
    0,
    10,
    0,
  ),
  RELEASE: Type.String({
    description: 'Name of the release that runs, in the metrics; the stack sets the tag of its image.',
    default: '',
    pattern: '^[\\w.-]{0,128}$',
    form: 'at most 128 letters, digits, full stops, - and _',
  }),
  LOG_LEVEL: Type.String({
    description: 'fatal, error, warn, info, debug, trace or silent.',
    default: 'info',
    pattern: '^(fatal|error|warn|info|debug|trace|silent)$',
    form: 'fatal, error, warn, info, debug, trace or silent',
  }),
  ENVIRONMENT: Type.String({
    description: 'Label of the log lines.',
    default: 'production',
    pattern: '^[a-z0-9_-]{1,40}$',
    form: '1 to 40 small letters, digits, - or _',
  }),

  BASIC_AUTH_USERNAME: Type.String({
    description: 'User name of the API and the pages.',
    default: 'ultronex',
    // RFC 7617: a colon ends the user name.
    pattern: '^[^:\\x00-\\x1f\\x7f]+$',
    form: 'a name without a colon or control characters',
  }),
  BASIC_AUTH_PASSWORD: secret(
    'Password of the API and the pages: plain text, or a line of `ultronex hash-password`. Unset: one is generated and kept in DATA_DIR/password (0600).',
    { minLength: 8 },
  ),
  USERS_FILE: text(
    'YAML file of further people who may log in, with roles (viewer, operator, admin), and of roles for users of Slack. It is read again after a change; `ultronex users check` checks it. Unset: only the user above can log in.',
  ),

  SLACK_BOT_TOKEN: secret('Bot token. Unset: the simulator replaces Slack.', {
    pattern: '^(xoxe\\.)?xoxb-[\\x21-\\x7e]+$',
    form: 'the bot token, which begins with xoxb- (or xoxe.xoxb-); it is under "OAuth & Permissions" of the Slack app',
  }),
  SLACK_APP_TOKEN: secret('App-level token with connections:write: Slack sends events over Socket Mode.', {
    pattern: '^xapp-[\\x21-\\x7e]+$',
    form: 'the app-level token, which begins with xapp-; it is under "Basic Information" of the Slack app',
  }),
  SLACK_SIGNING_SECRET: secret(
    'Signing secret of the Slack app. Without SLACK_APP_TOKEN: Slack sends events over HTTP to /slack/*. With SLACK_APP_TOKEN: only slash commands to /slack/command are taken over HTTP. If neither is set, messages are sent and none arrive.',
  ),
  SLACK_API_URL: Type.String({
    description:
      'Address of Slack’s Web API; https://slack-gov.com/api/ for GovSlack. http:// is accepted only for this machine or a private network.',
    default: 'https://slack.com/api/',
    pattern: '^https?://[^/]+/.*$',
    form: 'an address that begins with https:// and has a path, such as https://slack.com/api/',
  }),
  SLACK_CHANNEL_LIST: text(
    'Channels whose messages are matched, ids or names separated by commas. Unset: every public channel the bot is a member of. Private channels are matched only when they are listed.',
  ),
  SLACK_CLIENT_ID: text(
    'Client ID of the Slack app, under "Basic Information": lets other workspaces install the app at /slack/install. It needs SLACK_CLIENT_SECRET, TOKEN_KEYS, PUBLIC_URL and SLACK_BOT_TOKEN, the token of your own workspace. Unset: one workspace.',
    { pattern: '^[0-9]+\\.[0-9]+$', form: 'the client ID, two numbers with a dot, as in 1234567890.1234567890' },
  ),
  SLACK_CLIENT_SECRET: secret('Client secret of the Slack app, under "Basic Information".', {
    needs: 'SLACK_CLIENT_ID',
  }),
  TOKEN_KEYS: secret(
    'Keys that encrypt the tokens of installed workspaces in the store, NAME:KEY separated by commas, the newest first: k2:BASE64,k1:BASE64. The first one encrypts, all decrypt. `openssl rand -base64 32` makes a key. Keep them apart from backups of the store, which are of no use to a thief without them. Without SLACK_CLIENT_ID they serve the bots of RELAX_BOTS_KEY.',
  ),
  MATCH_EDITS: flag('Match edited messages again when their visible text changed, and files that an edit adds.', false),
  MATCH_BOTS: flag(
    'Match the messages of apps, workflows and webhooks too, but never those of this program. One app causes at most 30 forwards a minute to one person.',
    true,
  ),
  ALLOW_EXTERNAL_USERS: flag(
    'Let guests and users of other workspaces (Slack Connect) give commands and track patterns.',
    false,
  ),
  GIPHY_API_KEY: secret('Key of api.giphy.com for the command `gif`.'),

  DESTINATIONS_DIR: Type.String({
    description:
      'Folder of the destinations besides Slack (*.yaml): e-mail, ntfy, webhooks. It is read again after a change; `ultronex destinations check` checks it.',
    default: './destinations',
  }),
  REPLIES_DIR: Type.String({
    description:
      'Folder of the reply packs (*.yaml). It is watched for changes, also when the folder itself is replaced. If it is missing, the log says so, and there are no replies until it is created.',
    default: './replies',
  }),
  REPLIES: text('`on` or `off`: reply to trigger words. Unset: on in the simulator, off in Slack.', {
    pattern: '^(on|off)$',
    form: 'on or off',
  }),
  WATCH_DIR: Type.String({
    description:
      'Folder of what is watched (*.yaml): checks, beats, Heroku apps, planned maintenance. It is read again after a change; `ultronex watch check` checks it.',
    default: './watch',
  }),
  TIME_ZONE: Type.String({
    description: 'Time zone of DIGEST_AT, and of cron expressions in WATCH_DIR without one, by its IANA name.',
    format: 'time-zone',
    example: 'Europe/Berlin',
    default: 'UTC',
  }),
  DOCKER_READ_URL: text(
    'Read-only proxy of Docker’s API: http://docker-read:2375 in the stack. Unset: no page of containers, no container metrics, no checks of containers.',
    {
      pattern: '^http://[^/]+/?$',
      form: 'an address that begins with http:// and has no path, such as http://docker-read:2375',
      format: 'url',
      example: 'http://docker-read:2375',
    },
  ),
  HEROKU_API_KEY: secret(
    'Key of Heroku’s Platform API: watches apps on Heroku, and runs jobs on one-off dynos. `heroku authorizations:create --scope read-protected` makes one for watching; jobs need `--scope read-protected,write-protected`.',
    { minLength: 8 },
  ),
  HEROKU_API_URL: Type.String({
    description:
      'Address of Heroku’s Platform API. http:// is accepted only for this machine and for names without a dot.',
    pattern: '^(https://[^/?#\\s]+|http://(localhost|127\\.0\\.0\\.1|\\[::1\\]|[a-z0-9-]+)(:\\d+)?)/?$',
    form: 'an address that begins with https:// and has no path, such as https://api.heroku.com',
    format: 'url',
    example: 'https://api.heroku.com',
    default: 'https://api.heroku.com',
  }),
  GRAFANA_URL: text(
    'Public address of a Grafana with the dashboards of deploy/grafana, for links to the time of an incident; PUBLIC_URL with /grafana in the stack. Unset: no such links.',
    {
      pattern: '^https?://[^/]+',
      form: 'an address that begins with http:// or https://, such as https://bot.example.com/grafana',
      format: 'url',
      example: 'https://bot.example.com/grafana',
    },
  ),

  MESSAGE_TTL_SECONDS: whole(
    'How long a message may wait before it expires. A POST may set its own `ttl`.',
    10,
    604_800,
    3_600,
  ),
  MERGE: Type.String({
    description: '`on` or `off`. With `off` similar messages are never merged, however far a channel falls behind.',
    default: 'on',
    pattern: '^(on|off)$',
    form: 'on or off',
  }),
  MERGE_BACKLOG: whole(
    'If more messages than this wait for a channel, similar ones are merged into one.',
    2,
    100_000,
    10,
  ),
  LEDGER_DAYS: whole('Days that messages stay in the ledger after their final state.', 2, 3_650, 14),

  LOKI_URL: secret(
    'Address of a Loki server that gets the log lines too, for a program without the stack: http://host:3100. A login needs https: https://user:password@host.',
    {
      pattern: '^https?://',
      form: 'an address that begins with http:// or https://, such as http://host:3100',
    },
  ),
};

export type CoreSettings = Static<TObject<typeof coreSettings>>;
