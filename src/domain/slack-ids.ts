/**
 * Slack's ids: a letter for the kind, then capitals and digits (https://docs.slack.dev/reference/objects). At least nine
 * characters, or fewer with a digit among them, so that a name in capitals such as `GENERAL` is not an id.
 */
const rest = '(?:[A-Z0-9]{8,}|[A-Z]*\\d[A-Z0-9]*)';
const user = new RegExp(`^[UW]${rest}$`);
const channel = new RegExp(`^[CGD]${rest}$`);

export const isUserId = (text: string): boolean => user.test(text);

/** Accepts ids of channels and of direct messages (`D…`). */
export const isChannelId = (text: string): boolean => channel.test(text);
