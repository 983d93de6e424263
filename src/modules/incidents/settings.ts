import { Type } from 'typebox';

/** Settings of the module `incidents`. */
export const incidentSettings = {
  ALERT_CHANNEL: Type.String({
    description: 'Channel of the cards that alerts make: #name or an id.',
    default: '#alerts',
    pattern: '^[^\\s,]+$',
    postsTo: {
      purpose: 'alerts',
      whenMissing:
        'Alerts reach nobody in Slack until it is there: make it, invite me if it is private, or name another one. With the scopes channels:manage and channels:join I make it myself at the start.',
    },
    form: 'the #name or the id of one channel, without blanks and commas',
  }),
};
