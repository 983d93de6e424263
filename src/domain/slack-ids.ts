/**
 * Slack's ids: a letter for the kind, then capitals and digits (https://docs.slack.dev/reference/objects). Nine characters or
 * more, or fewer with a digit among them, so that a name in capitals such as `GENERAL` is still a name.
 */
const rest = '(?:[A-Z0-9]{8,}|[A-Z]*\\d[A-Z0-9]*)';
const user = new RegExp(`^[UW]${rest}$`);
const channel = new RegExp(`^[CGD]${rest}$`);

export const isUserId = (text: string): boolean => user.test(text);

/** Also of a direct message, `D…`. */
export const isChannelId = (text: string): boolean => channel.test(text);
