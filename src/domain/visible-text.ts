import { beyondAscii, mayNormalise, replaceAll, unusualParts } from './characters.ts';
import { emojiAt } from './emoji.ts';
import { type Token, tokensOf } from './mrkdwn.ts';
import { isPlainAscii } from './plain-ascii.ts';

/** Names of what Slack writes as ids; null: not known (yet). */
export interface Names {
  /** The display name, without `@`. */
  user(id: string): string | null;
  /** Without `#`. */
  channel(id: string): string | null;
}

export const noNames: Names = { user: () => null, channel: () => null };

/** A text as patterns are matched in it, with the way back to its source. */
export interface Reading {
  text: string;
  /** The part of the source that [start, end) of `text` comes from. */
  source(start: number, end: number): [start: number, end: number];
}

/** Anything that mrkdwn may write otherwise than readers see it. A first look, which may see too much. */
const mayBeMarkup = /[&<`]|(?:^|[^A-Za-z0-9])[*_~]|:[\p{L}\p{N}_+'-]+:/u;
/** What is behind the names: mentions, links, and `>` before a quoted line. */
const mayRefer = /<[@#!a-z/]|^(?:>|&gt;)/im;

/**
 * Text in Slack's mrkdwn as a reader sees it, plain and normalised: names for mentions, labels for links, characters for
 * emoji, no marks of formatting, one spelling of each character. Messages and the test box use this one function;
 * patterns are brought into the same form by `normalisePattern`.
 */
export function visibleText(mrkdwn: string, names: Names = noNames): string {
  // For the hot path: most messages are plain.
  if (isPlainAscii(mrkdwn) || (!mayBeMarkup.test(mrkdwn) && !mayNormalise(mrkdwn))) return mrkdwn;
  return read(mrkdwn, tokensOf(mrkdwn), names, 'seen', null);
}

/**
 * The same with ids for mentions (`<@U1>`, `<#C1>`, `<!subteam^S1>`), addresses for links, and quoted lines without
 * their `>`: what a reader finds behind the names. null when there is none of these.
 */
export function referenceText(mrkdwn: string): string | null {
  return mayRefer.test(mrkdwn) ? read(mrkdwn, tokensOf(mrkdwn), noNames, 'references', null) : null;
}

/** Both readings of a text with their sources, for whoever shows where something was found. */
export function readingsOf(mrkdwn: string, names: Names = noNames): Reading[] {
  const kinds = mayRefer.test(mrkdwn) ? (['seen', 'references'] as const) : (['seen'] as const);
  const tokens = tokensOf(mrkdwn);
  return kinds.map((kind) => {
    const places: Places = { from: [], to: [] };
    const text = read(mrkdwn, tokens, names, kind, places);
    return { text, source: (start, end) => [places.from[start] ?? mrkdwn.length, places.to[end - 1] ?? mrkdwn.length] };
  });
}

type Kind = 'seen' | 'references';

/** For each UTF-16 unit of the reading the part of the source it comes from. */
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

/** What a reader sees of a mention, date or link. */
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

/** A label, name or address: no formatting in it. */
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

/** Undoes entities, emoji's names and spellings of characters in [start, end) of the source. */
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

/** A run of characters beyond ASCII, each with its place. */
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

/** An entity, or one with the space after it. */
function replaced(part: string): string {
  const entity = /^&(?:amp|lt|gt);/.exec(part)?.[0];
  return entity ? entities[entity] + part.slice(entity.length) : part;
}
