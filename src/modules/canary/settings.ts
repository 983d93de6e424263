import { Type } from '../../lib/schema.ts';

/** Settings of the module `canary`. */
export const canarySettings = {
  CANARY_MINUTES: Type.Optional(
    Type.Integer({
      description:
        'Minutes between two test messages that go through the store, Slack, a socket and the ledger, and are then deleted. One that does not come back opens an incident. Unset: none is sent.',
      minimum: 1,
      maximum: 60,
      needs: 'CANARY_CHANNEL',
    }),
  ),
  CANARY_CHANNEL: Type.Optional(
    Type.String({
      description:
        'Channel of these messages: #name or an id. The bot must be a member of it. Give them a channel of their own, muted.',
      pattern: '^[^\\s,]+$',
      form: 'the #name or the id of one channel, without blanks and commas',
      postsTo: {
        purpose: 'canary',
        whenMissing: 'Each test message fails until it is there: make it and invite me, or name another one.',
      },
    }),
  ),
  CANARY_URL: Type.Optional(
    Type.String({
      description:
        'Address that is requested (GET) each time a test message came back: a check of an outside service, such as healthchecks.io, that alerts when the requests stop.',
      secret: true,
      pattern: '^https?://[^/\\s@]+(/\\S*)?$',
      form: 'an address that begins with http:// or https://, without a login',
    }),
  ),
};
