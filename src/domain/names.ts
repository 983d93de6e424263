/**
 * Invisible characters and bidi controls (Unicode's UAX 9), which reverse the order of others: a file called
 * `invoice‮fdp.exe` is shown as `invoiceexe.pdf`.
 */
const hidden = /[\p{Cc}\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;
/** A visible character: no white space, control character, combining mark or blank letter. */
const visible = /[^\s\p{C}\p{M}\u115f\u1160\u2800\u3164\uffa0]/u;

/** Returns whether any part of the text is visible. */
export function isVisible(text: string): boolean {
  return visible.test(text);
}

/** Returns a name or title on one line, without invisible characters, cut to `max` UTF-16 units. */
export function plainName(name: string, max: number): string {
  const plain = name
    .replace(/[\r\n\t\u2028\u2029]+/g, ' ')
    .replace(hidden, '')
    .replace(/\s+/g, ' ')
    .trim();
  return plain.length <= max ? plain : `${withoutHalf(plain.slice(0, max - 1)).trimEnd()}…`;
}

/** The same for a file's name: removes folders, and keeps the extension when the name is cut. */
export function plainFileName(name: string, max = 120): string {
  const plain = plainName(name.replace(/.*[/\\]/s, ''), 10_000) || 'file';
  if (plain.length <= max) return plain;
  const ending = /\.[\p{L}\p{N}]{1,10}$/u.exec(plain)?.[0] ?? '';
  return `${withoutHalf(plain.slice(0, max - 1 - ending.length)).trimEnd()}…${ending}`;
}

/** Removes half of a surrogate pair at the end. */
function withoutHalf(text: string): string {
  return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text;
}
