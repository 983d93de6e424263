/**
 * A title as the first line of a message in mrkdwn, in bold; '' when it says nothing. Bold ends at a line break, so it is one
 * line, and an asterisk inside would end it too early.
 */
export function titleLine(title: string | undefined, mrkdwn = true): string {
  const line = (title ?? '').replace(/\s+/g, ' ').trim();
  return line === '' || line.includes('*') || !mrkdwn ? line : `*${line}*`;
}
