import { InvalidRequest } from './errors.ts';
import { escapeMrkdwn, unescapeMrkdwn } from './text.ts';
import { type Names, noNames } from './visible-text.ts';

/** Arguments of one command; a job has fewer. */
const mostAssignments = 200;
/** A whole mention or link is one character of a bare word, since its label may have spaces. */
const name = /[^\s="'`<]{1,100}=/y;
const quoted = /"((?:[^"\\]|\\.)*)"(?=\s|$)|'([^']*)'(?=\s|$)|`([^`]*)`(?=\s|$)/sy;
const bare = /(?:<[^<>\n]*>|[^\s<]|<)*/y;
const space = /\s*/y;

/**
 * Reads `NAME=Daniela CITY="New York"` in Slack's markup. Links and mentions become the text that was typed. In double quotes
 * `\"` and `\\` are a quote and a backslash, and `\u{201c}` is a character by its number; single quotes and backticks end at
 * the next one. @throws InvalidRequest with the remedy
 */
export function readAssignments(text: string, names: Names = noNames): Record<string, string> {
  const found = new Map<string, string>();
  let at = 0;
  const next = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  for (next(space); at < text.length; next(space)) {
    const [head] = next(name) ?? [];
    if (head === undefined) throw notNamed(text.slice(at));
    const key = unescapeMrkdwn(head.slice(0, -1));
    if (found.has(key)) throw new InvalidRequest(key, `${key} is given twice; give it once.`);
    if (found.size >= mostAssignments) throw new InvalidRequest(key, `More than ${mostAssignments} values are given.`);
    if (text[at] === '"' && !opens(text, at)) {
      throw new InvalidRequest(key, `The quote of ${key} has no end, or no space after it; write ${key}="…".`);
    }
    const [whole, double, single, code] = next(quoted) ?? [];
    if (whole === undefined) found.set(key, withoutMarkup(next(bare)?.[0] ?? '', names));
    else if (double !== undefined) found.set(key, unescaped(withoutMarkup(double, names)));
    else found.set(key, withoutMarkup(single ?? code ?? '', names));
  }
  return Object.fromEntries(found);
}

/** Returns a value in double quotes, in Slack's markup, which `readAssignments` reads as the same value. */
export function writeAssignment(key: string, value: string): string {
  const safe = value
    .replace(/["\\]/g, '\\$&')
    // Control characters, spaces but the plain one, and quotes, all of which a command makes straight or plain.
    .replace(/[\p{Cc}\u2018-\u201f\u2032\u2033]|(?! )\s/gu, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`);
  return `${key}="${escapeMrkdwn(safe)}"`;
}

function opens(text: string, at: number): boolean {
  quoted.lastIndex = at;
  return quoted.test(text);
}

function notNamed(rest: string): InvalidRequest {
  const word = unescapeMrkdwn(/^\S{0,40}/.exec(rest)?.[0] ?? '');
  return new InvalidRequest('arguments', `"${word}" is not of the form NAME=value, or NAME="two words".`);
}

function unescaped(text: string): string {
  return text.replace(/\\(?:(["\\])|u\{([0-9a-f]{1,6})\})/gi, (written, sign: string | undefined, number: string) => {
    if (sign !== undefined) return sign;
    const point = Number.parseInt(number, 16);
    // Half of a surrogate pair is no character.
    return point <= 0x10ffff && (point < 0xd800 || point > 0xdfff) ? String.fromCodePoint(point) : written;
  });
}

/** Slack turns addresses into links, and names into ids. */
function withoutMarkup(text: string, names: Names): string {
  const plain = text.replace(/<([^<>|\n]*)(?:\|([^<>\n]*))?>/g, (written, target: string, label = '') => {
    const [, kind, id = ''] = /^([@#]|!subteam\^|!)(.*)$/.exec(target) ?? [];
    if (kind === '@') return `@${label || (names.user(id) ?? id)}`;
    if (kind === '#') return `#${label || (names.channel(id) ?? id)}`;
    if (kind === '!subteam^') return label || `@${id}`;
    if (kind === '!') return label || `@${id}`;
    if (!target.includes(':')) return written;
    const address = target.replace(/^(?:mailto|tel):/i, '');
    // The label of a word that Slack made a link of is that word.
    return label !== '' && address.replace(/^https?:\/\//i, '') === label ? label : address;
  });
  return unescapeMrkdwn(plain);
}
