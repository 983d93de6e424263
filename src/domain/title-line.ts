/**
 * Returns a title as a bold first line of a message; '' for a blank title. Line breaks become spaces, since bold ends at a
 * line break. A title with an asterisk is not bold, since the asterisk would end the bold text.
 */
export function titleLine(title: string | undefined, mrkdwn = true): string {
  const line = (title ?? '').replace(/\s+/g, ' ').trim();
  return line === '' || line.includes('*') || !mrkdwn ? line : `*${line}*`;
}
