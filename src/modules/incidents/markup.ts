import { escapeMrkdwn } from '../../domain/text.ts';

/** The address when it is one that a reader can follow and that fits into a Slack link, else null. A bar or bracket would end the link. */
export function linkTarget(url: string, max = 500): string | null {
  const escaped = escapeMrkdwn(url);
  return /^https?:\/\/[^\s|<>]+$/.test(url) && URL.canParse(url) && escaped.length <= max ? escaped : null;
}

/** One line, escaped, at most `max` characters; never a part of an escape. */
export function oneLine(text: string, max: number): string {
  return fit([...text.replace(/\s+/g, ' ').trim()].map(escapeMrkdwn), max);
}

/** What annotations of Prometheus' and Grafana's templates are written in, beside plain text: a little HTML and Markdown. */
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
 * An annotation of several lines in mrkdwn, at most `max` characters: lists, links, bold and line breaks are kept, whether
 * written as HTML, as Markdown or as plain text. Everything else is escaped.
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
  const source = text
    .slice(0, 20_000)
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

/** No spaces at the ends of lines, no empty lines at the ends, never two of them in a row. */
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

/** Joins atoms, which are never cut, up to `max` characters. */
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

/** Without those that another one says as well, and without empty ones; order stays. */
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
