/**
 * Characters that are not seen or that turn the order of others around (bidi controls, Unicode's UAX 9): a file called
 * `invoice‮fdp.exe` is shown as `invoiceexe.pdf`.
 */
const hidden = /[\p{Cc}\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;
/** Any text that a reader sees something of: what is left without white space, marks and blank letters. */
const visible = /[^\s\p{C}\p{M}\u115f\u1160\u2800\u3164\uffa0]/u;

/** Whether a reader sees anything of this text; emoji made of several parts count. */
export function isVisible(text: string): boolean {
  return visible.test(text);
}

/** A name of a person or a title on one line, without hidden characters, at most `max` UTF-16 units. */
export function plainName(name: string, max: number): string {
  const plain = name
    .replace(/[\r\n\t\u2028\u2029]+/g, ' ')
    .replace(hidden, '')
    .replace(/\s+/g, ' ')
    .trim();
  return plain.length <= max ? plain : `${withoutHalf(plain.slice(0, max - 1)).trimEnd()}…`;
}

/** The same for a file's name: without its folders, and the ending stays when it is cut. */
export function plainFileName(name: string, max = 120): string {
  const plain = plainName(name.replace(/.*[/\\]/s, ''), 10_000) || 'file';
  if (plain.length <= max) return plain;
  const ending = /\.[\p{L}\p{N}]{1,10}$/u.exec(plain)?.[0] ?? '';
  return `${withoutHalf(plain.slice(0, max - 1 - ending.length)).trimEnd()}…${ending}`;
}

/** Without half a surrogate pair at the end. */
function withoutHalf(text: string): string {
  return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text;
}
