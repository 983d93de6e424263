/**
 * A text as patterns see it: halves of surrogate pairs are U+FFFD, as in UTF-8, and every line ends with \n alone, so that
 * `$` is right after Windows' line ends too.
 */
export function readable(text: string): string {
  const whole = (text as Es2024String).toWellFormed();
  return whole.includes('\r') ? whole.replace(/\r\n?/g, '\n') : whole;
}

/** Node has had it since 20; TypeScript's ES2023 does not know it. */
type Es2024String = string & { toWellFormed(): string };

/** For offsets in `readable(text)`, ascending or not, those in the text itself. */
export function offsetsIn(text: string): (offset: number) => number {
  if (!text.includes('\r\n')) return (offset) => offset;
  const removed = [...text.matchAll(/\r\n/g)].map(({ index }, before) => index - before);
  // A position after a shortened line end lies after both of its characters.
  return (offset) => offset + removed.filter((at) => at < offset).length;
}
