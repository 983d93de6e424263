import { beyondAscii, mayNormalise, replaceAll, unusualParts } from './characters.ts';
import { emojiAt } from './emoji.ts';
import { type Token, tokensOf } from './mrkdwn.ts';
import { isPlainAscii } from './plain-ascii.ts';

/** Names of Slack's ids; null for an id that is not known (yet). */
export interface Names {
  /** The display name, without `@`. */
  user(id: string): string | null;
  /** Without `#`. */
  channel(id: string): string | null;
}

export const noNames: Names = { user: () => null, channel: () => null };

/** A text that patterns are matched in, with the mapping to its source. */
export interface TextReading {
  text: string;
  /** Returns the part of the source that corresponds to [start, end) of `text`. */
  source(start: number, end: number): [start: number, end: number];
}

/** A quick test for markup; it may match texts without any. */
const mayBeMarkup = /[&<`]|(?:^|[^A-Za-z0-9])[*_~]|:[\p{L}\p{N}_+'-]+:/u;
/** A quick test for mentions, links and quoted lines (`>`). */
const mayRefer = /<[@#!a-z/]|^(?:>|&gt;)/im;

/**
 * Converts mrkdwn to the visible text, plain and normalised: names for mentions, labels for links, characters for emoji, no
 * formatting marks. Used for messages and for trying a pattern; `normalisePattern` rewrites patterns to match.
 */
export function visibleText(mrkdwn: string, names: Names = noNames): string {
  // The hot path: most messages are plain.
  if (isPlainAscii(mrkdwn) || (!mayBeMarkup.test(mrkdwn) && !mayNormalise(mrkdwn))) return mrkdwn;
  return read(mrkdwn, tokensOf(mrkdwn), names, 'seen', null);
}

/**
 * Converts mrkdwn likewise, but with ids for mentions (`<@U1>`, `<#C1>`, `<!subteam^S1>`), addresses for links, and quoted
 * lines without `>`. Returns null when there is none of these.
 */
export function referenceText(mrkdwn: string): string | null {
  return mayRefer.test(mrkdwn) ? read(mrkdwn, tokensOf(mrkdwn), noNames, 'references', null) : null;
}

/** Returns both forms of a text with their mappings to the source, to highlight matches. */
export function readingsOf(mrkdwn: string, names: Names = noNames): TextReading[] {
  const kinds = mayRefer.test(mrkdwn) ? (['seen', 'references'] as const) : (['seen'] as const);
  const tokens = tokensOf(mrkdwn);
  return kinds.map((kind) => {
    const places: Places = { from: [], to: [] };
    const text = read(mrkdwn, tokens, names, kind, places);
    return { text, source: (start, end) => [places.from[start] ?? mrkdwn.length, places.to[end - 1] ?? mrkdwn.length] };
  });
}

type Kind = 'seen' | 'references';

/** By UTF-16 unit of the converted text: start and end of the part of the source that it comes from. */
interface Places {
  from: number[];
  to: number[];
}

function read(source: string, tokens: readonly Token[], names: Names, kind: Kind, places: Places | null): string {
  const parts: string[] = [];
  /** `text` replaces [start, end) of the source; without `text` that part stays as it is. */
  const put = (start: number, end: number, text?: string) => {
    parts.push(text ?? source.slice(start, end));
    if (places === null) return;
    const length = text?.length ?? end - start;
    for (let unit = 0; unit < length; unit++) {
      places.from.push(text === undefined ? start + unit : start);
      places.to.push(text === undefined ? start + unit + 1 : end);
    }
  };
  for (const token of tokens) {
    if (token.kind === 'mark') continue;
    if (token.kind === 'text') readPlain(source, token, kind === 'references', put);
    else put(token.start, token.end, shownFor(token, names, kind));
  }
  return parts.join('');
}

/** Returns the text for a mention, date or link. */
function shownFor({ kind, target, label }: Token, names: Names, as: Kind): string {
  const byId = as === 'references';
  switch (kind) {
    case 'user':
      return byId ? `<@${target}>` : `@${plain(label) || plain(names.user(target) ?? target)}`;
    case 'channel':
      return byId ? `<#${target}>` : `#${plain(label) || plain(names.channel(target) ?? target)}`;
    case 'group':
      return byId ? `<!subteam^${target}>` : plain(label) || `@${target}`;
    case 'broadcast':
      return `@${target}`;
    case 'link':
      return byId || label === '' ? plain(target.replace(/^(?:mailto|tel):/i, '')) : plain(label);
    default:
      return plain(label);
  }
}

/** Converts a label, name or address, which has no formatting. */
function plain(text: string): string {
  if (!/[&:\u0080-\uffff]/.test(text)) return text;
  const parts: string[] = [];
  const whole = { start: 0, end: text.length };
  readPlain(text, whole, false, (start, end, shown) => void parts.push(shown ?? text.slice(start, end)));
  return parts.join('');
}

type Put = (start: number, end: number, text?: string) => void;

const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

const partly = '&(?:amp|lt|gt);|:(?=[^\\s:]+:)';
const quoteOr = '^(?:&gt;|>) ?|';
const special = new RegExp(partly, 'gm');
const specialOrUnusual = new RegExp(`${partly}|${beyondAscii}`, 'gm');
const specialOrQuote = new RegExp(quoteOr + partly, 'gm');
const anySpecial = new RegExp(`${quoteOr}${partly}|${beyondAscii}`, 'gm');
const unusual = new RegExp(unusualParts, 'gu');

function specialsIn(text: string, unquote: boolean): RegExp {
  if (mayNormalise(text)) return unquote ? anySpecial : specialOrUnusual;
  return unquote ? specialOrQuote : special;
}

/** Replaces entities and emoji names, and normalises characters, in [start, end) of the source. */
function readPlain(source: string, { start, end }: { start: number; end: number }, unquote: boolean, put: Put): void {
  const text = source.slice(start, end);
  const specials = specialsIn(text, unquote);
  let from = 0;
  let emojiEnd = -1;
  specials.lastIndex = 0;
  for (let found = specials.exec(text); found; found = specials.exec(text)) {
    const at = found.index;
    const [part] = found;
    const emoji = part === ':' ? emojiAt(text, at, at === emojiEnd) : null;
    if (part === ':' && emoji === null) continue;
    if (/[^\0-\x7f]/.test(part)) {
      if (at > from) put(start + from, start + at);
      from = at + part.length;
      respell(part, start + at, put);
      continue;
    }
    const atLineStart = start + at === 0 || source[start + at - 1] === '\n';
    const shown = emoji?.shown ?? (unquote && atLineStart && isQuote.test(part) ? '' : replaced(part));
    if (shown === part) continue;
    if (at > from) put(start + from, start + at);
    from = emoji?.end ?? at + part.length;
    if (emoji) emojiEnd = from;
    put(start + at, start + from, shown);
    specials.lastIndex = from;
  }
  if (text.length > from) put(start + from, end);
}

/** Normalises a run of non-ASCII characters; keeps the position of each. */
function respell(run: string, start: number, put: Put): void {
  let from = 0;
  unusual.lastIndex = 0;
  for (let found = unusual.exec(run); found; found = unusual.exec(run)) {
    const [part] = found;
    const shown = replaceAll(part);
    if (shown === part) continue;
    if (found.index > from) put(start + from, start + found.index);
    from = found.index + part.length;
    put(start + found.index, start + from, shown);
  }
  if (run.length > from) put(start + from, start + run.length);
}

const isQuote = /^(?:&gt;|>) ?$/;

/** Replaces an entity, which may have a space after it. */
function replaced(part: string): string {
  const entity = /^&(?:amp|lt|gt);/.exec(part)?.[0];
  return entity ? entities[entity] + part.slice(entity.length) : part;
}
