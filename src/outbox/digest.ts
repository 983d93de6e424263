import { cutMrkdwn } from '../domain/cut.ts';
import type { Content } from '../domain/delivery.ts';

/** What a digest shows: one text that lists what differs, and how many different texts it stands for. */
export interface Summary {
  text: string;
  different: number;
}

/** Distinct values that one digest lists, in characters altogether. */
const valueCharacters = 2_000;
/** Texts of other shapes, such as one that was edited by hand, get a line of their own; more than these are counted. */
const otherShapes = 3;

/**
 * Words, numbers with what belongs to them (`10.0.0.1:80`, `2026-11-28T10:00:01Z`), UUIDs and Slack's `<…>` are one token
 * each; so is every other character.
 */
const tokenPattern =
  /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\p{N}(?:[\p{L}\p{N}_.,:/+-]*[\p{L}\p{N}])?|[\p{L}\p{N}_]+|<[^<>\n]*>|\s+|./giu;

/**
 * One text for many similar ones: `web1 is down` and `web2 is down` become `web{1,2} is down`.
 * @param texts mrkdwn, the digest's own first; they need not be different
 * @param maxCharacters of the result; the first text must be shorter
 */
export function summarize(texts: readonly string[], maxCharacters = Number.POSITIVE_INFINITY): Summary {
  const distinct = [...new Set(texts)];
  const shapes = new Map<number, string[][]>();
  for (const text of distinct) {
    const tokens = text.match(tokenPattern) ?? [];
    const sameShape = shapes.get(tokens.length);
    if (sameShape === undefined) shapes.set(tokens.length, [tokens]);
    else sameShape.push(tokens);
  }
  const own = distinct[0] ?? '';
  const all = [...shapes.values()];
  const listed = all.slice(0, 1 + otherShapes);
  const room = Math.max(0, Math.min(valueCharacters, maxCharacters - own.length));
  const lines = listed.map((tokens) => fold(tokens, Math.floor(room / listed.length)));
  const text = [
    lines[0] ?? '',
    ...lines.slice(1).map((line) => `also: ${cutMrkdwn(line, Math.floor(room / listed.length))}`),
  ];
  const more = all.length - listed.length;
  return {
    text: cutMrkdwn(
      [...text, ...(more > 0 ? [`… and ${more} of other forms`] : [])].join('\n'),
      maxCharacters,
      () => '…',
    ),
    different: distinct.length,
  };
}

/** A title and a text for a digest and what was merged into it; `contents` begins with the digest's own. */
export function summarizeContents(contents: readonly Content[], maxCharacters?: number): Summary & { title?: string } {
  const titles = contents.map(({ title }) => title ?? '');
  const title = summarize(titles, 300).text;
  const { text } = summarize(
    contents.map((content) => content.text),
    maxCharacters,
  );
  const different = new Set(contents.map(({ title, text }) => JSON.stringify([title, text]))).size;
  return { text, different, ...(title !== '' && { title }) };
}

/** Texts of the same number of tokens as one: a token that differs becomes the list of its values. */
function fold(texts: readonly string[][], room: number): string {
  const [first = []] = texts;
  const slots = first.map((_, at) => [...new Set(texts.map((tokens) => tokens[at] ?? ''))]);
  // The smallest lists first, so that what they leave goes to the larger ones.
  const varying = slots.filter((values) => values.length > 1).sort((a, b) => lengthOf(a) - lengthOf(b));
  const shown = new Map<string[], string>();
  let left = room;
  varying.forEach((values, index) => {
    const list = listValues(values, Math.floor(left / (varying.length - index)));
    left -= list.length;
    shown.set(values, list);
  });
  return slots.map((values) => shown.get(values) ?? values[0]).join('');
}

const lengthOf = (values: readonly string[]): number => values.reduce((sum, value) => sum + value.length + 1, 0);

/** `web1`, `web2`, `web10` → `web{1,2,10}`, in at most `room` characters. */
function listValues(values: readonly string[], room: number): string {
  const prefix = commonPrefix(values);
  const suffix = commonSuffix(values.map((value) => value.slice(prefix.length)));
  const inner = inNaturalOrder(values.map((value) => value.slice(prefix.length, value.length - suffix.length)));
  const shown: string[] = [];
  let length = prefix.length + suffix.length + '{,… 10000 more}'.length;
  for (const value of inner) {
    length += value.length + 1;
    if (length > room) break;
    shown.push(value);
  }
  const missing = inner.length - shown.length;
  const list = missing === 0 ? shown : [...shown, `… ${missing} more`];
  return `${prefix}{${list.join(',')}}${suffix}`;
}

const collator = new Intl.Collator('en', { numeric: true });
const compareNaturally = (a: string, b: string): number => collator.compare(a, b) || (a < b ? -1 : 1);
const wholeNumber = /^(?:0|[1-9]\d{0,14})$/;

/** `2` before `10`. Numbers alone, the usual case, are sorted in a tenth of the time. */
function inNaturalOrder(values: string[]): string[] {
  if (!values.every((value) => wholeNumber.test(value))) return values.sort(compareNaturally);
  return values.sort((a, b) => Number(a) - Number(b));
}

/** What all values begin with, ending neither within a number nor within a `<…>`. */
function commonPrefix(values: readonly string[]): string {
  const [first = '', ...others] = values;
  let length = 0;
  while (length < first.length && others.every((value) => value[length] === first[length])) length += 1;
  const prefix = first.slice(0, length).replace(/[\p{N}\uD800-\uDBFF]+$/u, '');
  return prefix.startsWith('<') ? '' : prefix;
}

/** What all values end with, beginning neither within a number nor within a `<…>`. */
function commonSuffix(values: readonly string[]): string {
  const [first = '', ...others] = values;
  let length = 0;
  while (length < first.length && others.every((value) => value.at(-1 - length) === first.at(-1 - length))) length += 1;
  const suffix = first.slice(first.length - length).replace(/^[\p{N}\uDC00-\uDFFF]+/u, '');
  return suffix.endsWith('>') ? '' : suffix;
}
