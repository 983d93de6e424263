import { Type } from 'typebox';

/** Settings of the module `incidents`. */
export const incidentSettings = {
  ALERT_CHANNEL: Type.String({
    description: 'Channel of the cards that alerts make: #name or an id.',
    default: '#alerts',
    pattern: '^[^\\s,]+$',
    form: 'the #name or the id of one channel, without blanks and commas',
  }),
};
