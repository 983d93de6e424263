/** Regular expressions for strings in requests. */
export const shapes = {
  recipient: '^\\S+$',
  ts: '^\\d{1,12}\\.\\d{1,6}$',
  emoji: '^:[^:\\s]{1,100}:$',
  address: '^https?://\\S+$',
  /** A switch of a query, which is on when it is named alone: `?all`. */
  onOrOff: '^(true|false)?$',
} as const;

const inWords: Readonly<Record<string, string>> = {
  [shapes.recipient]:
    'must have no white space; give #name, a channel id, or for a direct message a user id, @name or an e-mail address',
  [shapes.ts]: 'must be the ts of a message, such as 1795259562.169000, as a text',
  [shapes.emoji]: 'must be the name of an emoji between colons, such as :fire:',
  [shapes.onOrOff]: 'must be true or false, or without a value',
  [shapes.address]: 'must be an address that begins with http:// or https:// and has no white space',
};

/** Returns the error message for a mismatch with one of `shapes`; undefined for another regular expression. */
export const shapeInWords = (pattern: unknown): string | undefined => inWords[String(pattern)];
