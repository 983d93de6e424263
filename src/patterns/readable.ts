/**
 * Prepares a text for matching: half of a surrogate pair becomes U+FFFD, and CR and CRLF become \n, so that `$` matches at
 * the end of every line.
 */
export function readable(text: string): string {
  const whole = (text as Es2024String).toWellFormed();
  return whole.includes('\r') ? whole.replace(/\r\n?/g, '\n') : whole;
}

/** Node has this method since version 20; it is not in TypeScript's ES2023 library. */
type Es2024String = string & { toWellFormed(): string };

/** Returns a function from offsets in `readable(text)` to offsets in `text`. */
export function offsetsIn(text: string): (offset: number) => number {
  if (!text.includes('\r\n')) return (offset) => offset;
  const removed = [...text.matchAll(/\r\n/g)].map(({ index }, before) => index - before);
  // An offset after a line end is after both characters of the original CRLF.

  return (offset) => offset + removed.filter((at) => at < offset).length;
}
