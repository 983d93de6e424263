import { type Static, type TObject, Type } from 'typebox';

/**
 * Every setting of the program but those of its modules, once: this gives the types, the validation, `.env.example` and
 * docs/configuration.md. `setting.ts` says what the fields mean.
 */
const text = (description: string, more: object = {}) => Type.Optional(Type.String({ description, ...more }));
const secret = (description: string, more: object = {}) => text(description, { secret: true, ...more });
const whole = (description: string, minimum: number, maximum: number, fallback: number) =>
  Type.Integer({ description, minimum, maximum, default: fallback });
const flag = (description: string, fallback: boolean) => Type.Boolean({ description, default: fallback });

export const coreSettings = {
  PORT: whole('Port of the HTTP server; 0 takes a free one.', 0, 65_535, 8080),
  HOST: Type.String({
    description: 'Address to listen on. On another than the loopback one the simulator asks for the password too.',
    default: '127.0.0.1',
  }),
  PUBLIC_URL: text('Address that people reach this at, for links: https://bot.example.com. Unset: http://HOST:PORT.', {
    pattern: '^https?://[^/?#\\s]+$',
    form: 'an address without a path, such as https://bot.example.com',
    format: 'url',
    example: 'https://bot.example.com',
  }),
  ALLOWED_HOSTS: text(
    'Further host names that requests may be for, separated by commas: bot.example.com, *.example.com. Always taken: the host of PUBLIC_URL, HOST, localhost, addresses, names without a dot and names under .internal. Requests for other names are refused, so that no web page can reach this program by a name of its own (DNS rebinding). `*` takes all.',
  ),
  TRUSTED_PROXIES: Type.String({
    description:
      'Proxies that are believed when they say who asks (X-Forwarded-For, -Proto, -Host): addresses, networks such as 10.0.0.0/8, or the words loopback, linklocal, uniquelocal (private networks), attached (the networks that this machine or container is on), separated by commas. The stack sets loopback,attached.',
    default: 'loopback',
  }),
  DATA_DIR: Type.String({
    description: 'Folder of the store and of the generated password.',
    default: './data',
    pattern: '^[^\\s\\ufffd]([^\\ufffd]*[^\\s\\ufffd])?$',
    form: 'a path in UTF-8 without blanks around it, such as ./data',
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
    'Password of the API and the pages: in clear, or a line of `ultronex hash-password`. Unset: one is generated and kept in DATA_DIR/password (0600).',
    { minLength: 8 },
  ),

  SLACK_BOT_TOKEN: secret('Bot token. Unset: no Slack, the simulator is the workspace.', {
    pattern: '^(xoxe\\.)?xoxb-[\\x21-\\x7e]+$',
    form: 'the bot token, which begins with xoxb- (or xoxe.xoxb-); it is under "OAuth & Permissions" of the Slack app',
  }),
  SLACK_APP_TOKEN: secret('App-level token with connections:write: events come over Socket Mode.', {
    pattern: '^xapp-[\\x21-\\x7e]+$',
    form: 'the app-level token, which begins with xapp-; it is under "Basic Information" of the Slack app',
  }),
  SLACK_SIGNING_SECRET: secret(
    'Signing secret: events come over HTTP at /slack/*. Needed when there is no SLACK_APP_TOKEN.',
  ),
  SLACK_API_URL: Type.String({
    description:
      'Web API to use, for example https://slack-gov.com/api/ for GovSlack. Plain http only to this machine or a private network.',
    default: 'https://slack.com/api/',
    pattern: '^https?://[^/]+/.*$',
    form: 'an address that begins with https:// and has a path, such as https://slack.com/api/',
  }),
  SLACK_CHANNEL_LIST: text(
    'Channels whose messages are matched, ids or names separated by commas. Unset: every public channel the bot is a member of. Private channels are matched only when they are listed.',
  ),
  MATCH_EDITS: flag(
    'Match messages again when what a reader sees of them is edited, and files that an edit adds.',
    false,
  ),
  MATCH_BOTS: flag(
    'Match the messages of apps, workflows and webhooks too. Never those of this program, and one app causes at most 30 forwards a minute to one person.',
    true,
  ),
  ALLOW_EXTERNAL_USERS: flag(
    'Let guests and users of other workspaces (Slack Connect) give commands and track patterns.',
    false,
  ),
  GIPHY_API_KEY: secret('Key of api.giphy.com for the command `gif`.'),

  REPLIES_DIR: Type.String({
    description:
      'Folder of the reply packs (*.yaml). It is read at the start and followed, also when another folder takes its place; where there is none, the log says so and nothing is answered until one is made.',
    default: './replies',
  }),
  REPLIES: text('`on` or `off`: answer trigger words. Unset: on in the simulator, off in Slack.', {
    pattern: '^(on|off)$',
    form: 'on or off',
  }),

  MESSAGE_TTL_SECONDS: whole(
    'How long a message may wait before it expires; a POST may say another `ttl`.',
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
    'A channel with more waiting messages than this has similar ones merged into one.',
    2,
    100_000,
    10,
  ),
  LEDGER_DAYS: whole('How long messages that have ended stay in the ledger.', 2, 3_650, 14),

  LOKI_URL: secret(
    'Loki to push the log lines to as well, for a program that runs without the stack: http://host:3100. With a login only over https: https://user:password@host.',
    {
      pattern: '^https?://',
      form: 'an address that begins with http:// or https://, such as http://host:3100',
    },
  ),
};

export type CoreSettings = Static<TObject<typeof coreSettings>>;
