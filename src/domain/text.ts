/** Escapes Slack's three control characters: & < > (docs.slack.dev, "Formatting message text"). */
export function escapeMrkdwn(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

export function unescapeMrkdwn(text: string): string {
  return text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
}

/** Returns mrkdwn that shows a time in the reader's time zone. @param ms since the epoch. https://docs.slack.dev/messaging/formatting-message-text */
export function slackDate(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const iso = new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
  return `<!date^${seconds}^{date_short_pretty} {time}|${iso}>`;
}

/** Returns a key that is equal for texts which differ only in digits, hexadecimal ids and UUIDs. */
export function similarKey(text: string): number {
  const shape = text
    .slice(0, 500)
    .toLowerCase()
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '#')
    .replace(/\b(0x)?[0-9a-f]*\d[0-9a-f]*\b/g, '#')
    .replace(/\d+/g, '#')
    .replace(/\s+/g, ' ')
    .trim();
  return hash53(shape);
}

/** Returns a hash of 53 bits, made of two 32-bit FNV-1a hashes. Not cryptographic; takes a tenth of the time of SHA-1. */
function hash53(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x01234567;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x85ebca6b);
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}

/** Replaces curly quotes, which phones and word processors insert, by straight ones, and non-breaking spaces by spaces. */
export function straighten(text: string): string {
  return text
    .replace(/[\u201c\u201d\u201e\u201f\u2033]/g, '"')
    .replace(/[\u2018\u2019\u201a\u201b\u2032]/g, "'")
    .replace(/\u00a0/g, ' ');
}
