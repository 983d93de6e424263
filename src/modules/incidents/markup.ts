import { escapeMrkdwn } from '../../domain/text.ts';

/** Returns an http(s) address escaped for a Slack link; null if it is invalid, too long, or has a bar or angle bracket. */
export function linkTarget(url: string, max = 500): string | null {
  const escaped = escapeMrkdwn(url);
  return /^https?:\/\/[^\s|<>]+$/.test(url) && URL.canParse(url) && escaped.length <= max ? escaped : null;
}

/** Control characters, but no white space, and signs that turn the direction of what follows on the line. */
const unprintable = /(?!\s)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu;

/** Returns the text without characters that nobody sees and that disturb the rest of a card. */
export const printable = (text: string): string => text.replace(unprintable, '');

/** Returns the text on one line, escaped, with at most `max` characters. */
export function oneLine(text: string, max: number): string {
  return fit([...printable(text).replace(/\s+/g, ' ').trim()].map(escapeMrkdwn), max);
}

/** HTML and Markdown that annotations of Prometheus and Grafana use. */
const markup = new RegExp(
  [
    /<a\b[^>]{0,1000}?\bhref\s*=\s*["']?(?<href>[^"'\s<>]{1,1000})["']?[^>]{0,1000}>(?<label>[^<]{0,1000})<\/a\s*>/,
    /\[(?<text>[^[\]\n]{1,300})\]\((?<target>https?:\/\/[^\s()]{1,1000})\)/,
    /(?<bold><\/?(?:b|strong)>|\*\*)/,
    /(?<italic><\/?(?:i|em)>)/,
    /(?<code><\/?(?:code|tt)>)/,
    /(?<item><li\b[^>]{0,200}>)/,
    /(?<line><br\s*\/?>|<\/?(?:p|div|ul|ol|h[1-6])\b[^>]{0,200}>)/,
    /(?<nothing><\/li>)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'giu',
);

/**
 * Converts an annotation to mrkdwn of at most `max` characters. Keeps lists, links, bold, italic, code and line breaks of
 * HTML, Markdown and plain text; escapes everything else.
 */
export function manyLines(text: string, max: number): string {
  return fit(atomsOf(text), max);
}

/** The same on one line. */
export function markedLine(text: string, max: number): string {
  const atoms = atomsOf(text).map((atom) => (/^\s$/.test(atom) ? ' ' : atom));
  return fit(
    atoms.filter((atom, at) => atom !== ' ' || atoms[at - 1] !== ' '),
    max,
  );
}

function atomsOf(text: string): string[] {
  const atoms: string[] = [];
  const plain = (part: string) => atoms.push(...[...part].map(escapeMrkdwn));
  let at = 0;
  const source = printable(text.slice(0, 20_000))
    .replace(/\r\n?/g, '\n')
    .replace(/^[^\S\n]*[-*+•][^\S\n]+/gm, '• ');
  for (const found of source.matchAll(markup)) {
    plain(source.slice(at, found.index));
    at = found.index + found[0].length;
    atoms.push(...replacement(found));
  }
  plain(source.slice(at));
  return tidy(atoms);
}

function replacement(found: RegExpMatchArray): string[] {
  const { href, label, text, target, bold, italic, code, item, line } = found.groups ?? {};
  if (href !== undefined || target !== undefined) {
    const url = linkTarget(href ?? target ?? '');
    const shown = (label ?? text ?? '').replace(/\s+/g, ' ').trim();
    if (url === null) return [...found[0]].map(escapeMrkdwn);
    return [shown === '' ? `<${url}>` : `<${url}|${oneLine(shown.replaceAll('|', '¦'), 200)}>`];
  }
  if (bold) return ['*'];
  if (italic) return ['_'];
  if (code) return ['`'];
  if (item) return ['\n', '•', ' '];
  return line ? ['\n'] : [];
}

/** Removes spaces at the ends of lines, empty lines at both ends, and repeated empty lines. */
function tidy(atoms: readonly string[]): string[] {
  const kept: string[] = [];
  for (const atom of atoms) {
    if (atom === '\n') while (kept.at(-1) !== undefined && /^[^\S\n]$/.test(kept.at(-1) ?? '')) kept.pop();
    if (atom === '\n' && (kept.length === 0 || (kept.at(-1) === '\n' && kept.at(-2) === '\n'))) continue;
    kept.push(atom);
  }
  while (/^\s$/.test(kept.at(-1) ?? '')) kept.pop();
  return kept;
}

/** Joins atoms up to `max` characters; never cuts an atom, such as an escape or a link. */
function fit(atoms: readonly string[], max: number): string {
  const whole = atoms.join('');
  if (whole.length <= max) return whole;
  let length = 0;
  const end = atoms.findIndex((atom) => {
    length += atom.length;
    return length > max - 1;
  });
  return `${atoms.slice(0, end).join('')}…`;
}

/** Removes empty texts and those that another text contains. Keeps the order. */
export function withoutRepetition(texts: readonly string[]): string[] {
  const bare = texts.map((text) => text.replace(/\s+/g, ' ').trim().toLowerCase());
  return texts.filter((_, index) => {
    const own = bare[index] ?? '';
    if (own === '') return false;
    return !bare.some((other, at) =>
      at < index ? other.includes(own) : at > index && other !== own && other.includes(own),
    );
  });
}
