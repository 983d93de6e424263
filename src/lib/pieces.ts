/** Cuts a text into pieces of at most `longest` UTF-16 units, and leaves surrogate pairs whole. At least one piece. */
export function pieces(text: string, longest: number): string[] {
  const found: string[] = [];
  let from = 0;
  do {
    let to = Math.min(from + longest, text.length);
    if (to < text.length && /[\uD800-\uDBFF]/.test(text.charAt(to - 1))) to -= 1;
    found.push(text.slice(from, to));
    from = to;
  } while (from < text.length);
  return found;
}
