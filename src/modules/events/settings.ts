import { Type } from '../../lib/schema.ts';

const key = { pattern: '^\\S{1,200}$', form: 'a key without blanks', needs: 'REDIS_URL' };

/** Settings of the module `events`. */
export const eventsSettings = {
  EVENTS: Type.Optional(
    Type.String({
      description:
        '`on` or `off`: record every event of every workspace for programs outside, which read them at /ultronex/events?all. Unset: on with REDIS_URL or EVENTS_WEBHOOK_URL, else off.',
      pattern: '^(on|off)$',
      form: 'on or off',
    }),
  ),
  EVENTS_MAXLEN: Type.Integer({
    description:
      'Recorded events that are kept for readers, and entries of the Redis stream. Ten times as many are kept for a receiver that is away. None is kept longer than 24 h.',
    minimum: 1_000,
    maximum: 10_000_000,
    default: 100_000,
  }),
  EVENTS_MAX_BYTES: Type.Integer({
    description:
      'Bytes of recorded events that are kept in the store, for readers and receivers that are away. Beyond it the oldest are deleted. The disk takes up to a half more.',
    minimum: 10_000_000,
    maximum: 1_000_000_000_000,
    default: 2_000_000_000,
  }),
  EVENTS_WEBHOOK_URL: Type.Optional(
    Type.String({
      description: 'Address that gets every recorded event as a webhook (POST), by Standard Webhooks.',
      secret: true,
      pattern: '^https?://[^/\\s@]+(/\\S*)?$',
      form: 'an address that begins with https:// or http://, without a login',
    }),
  ),
  EVENTS_WEBHOOK_SECRET: Type.Optional(
    Type.String({
      description:
        'Secret that signs these webhooks: whsec_ and at least 16 bytes in base64. Unset: they are not signed.',
      secret: true,
      pattern: '^whsec_[A-Za-z0-9+/]{22,}={0,2}$',
      form: 'whsec_ and at least 16 bytes in base64, as of: echo whsec_$(openssl rand -base64 24)',
      needs: 'EVENTS_WEBHOOK_URL',
    }),
  ),
  REDIS_URL: Type.Optional(
    Type.String({
      description:
        'Address of Redis or Valkey, which gets every recorded event: redis://user:password@host:6379/0, with TLS rediss://.',
      secret: true,
      // The names that Relax and its client in Ruby use.
      alsoNamed: ['REDISCLOUD_URL', 'REDISTOGO_URL'],
      pattern: '^rediss?://[^/\\s]+(/\\d*)?$',
      form: 'an address that begins with redis:// or rediss://, such as redis://host:6379',
    }),
  ),
  REDIS_PASSWORD: Type.Optional(
    Type.String({ description: 'Password of Redis, for a REDIS_URL without one.', secret: true, needs: 'REDIS_URL' }),
  ),
  EVENTS_STREAM: Type.String({
    description: 'Key of the Redis stream of events. `off`: none is written.',
    default: 'ultronex:events',
    pattern: '^\\S{1,200}$',
    form: 'a key without blanks, such as ultronex:events, or off',
  }),
  RELAX_EVENTS_QUEUE: Type.Optional(
    Type.String({
      description:
        'Key of a Redis list that gets the events too, for consumers of Relax (BLPOP). At EVENTS_MAXLEN entries it gets no more.',
      ...key,
      differsFrom: ['EVENTS_STREAM', 'RELAX_BOTS_KEY'],
    }),
  ),
  RELAX_BOTS_KEY: Type.Optional(
    Type.String({
      description: 'Key of the Redis hash of bots, as of Relax.',
      ...key,
      differsFrom: ['EVENTS_STREAM'],
    }),
  ),
  RELAX_BOTS_PUBSUB: Type.Optional(
    Type.String({
      description:
        'Redis channel of commands, as of Relax: team_added, team_removed, message. Who can publish there can post in Slack.',
      ...key,
    }),
  ),
  RELAX_MUTEX_KEY: Type.Optional(
    Type.String({ description: 'Of Relax. Not needed: the store knows which events it has.', ...key }),
  ),
  RELAX_SEND_BOT_REPLIES: Type.Boolean({
    description: 'Record the bot’s own messages, edits and deletions, too.',
    default: false,
  }),
};
