import { type Token, tokensOf } from './mrkdwn.ts';

export type CutNote = (left: number) => string;

const moreCharacters: CutNote = (left) => `… (${left} more characters)`;

/**
 * Cuts a text to at most `max` UTF-16 units, `note` included, which says how much was cut. Never splits a grapheme, an
 * entity or `<…>`. For plain texts and single parts of mrkdwn.
 */
export function cut(text: string, max: number, note: CutNote = moreCharacters): string {
  return cutWith(text, max, note, (room) => ({ end: safeEnd(text, room), close: '' }));
}

/** The same for mrkdwn with formatting: closes code, bold and other marks at the cut; never splits links and mentions. */
export function cutMrkdwn(text: string, max: number, note: CutNote = moreCharacters): string {
  if (text.length <= max) return text;
  const tokens = tokensOf(text);
  return cutWith(text, max, note, (room) => {
    for (let end = endWithin(text, tokens, room); ; end = endWithin(text, tokens, end - 1)) {
      const close = closing(text, tokens, end);
      // Slack does not take a mark after a space as a closing one.
      const closes = close === '' || /\S/.test(text[end - 1] ?? '');
      if ((closes && end + close.length <= room) || end <= 0)
        return { end: Math.max(end, 0), close: end > 0 ? close : '' };
    }
  });
}

type Cut = { end: number; close: string };

function cutWith(text: string, max: number, note: CutNote, cutAt: (room: number) => Cut): string {
  if (text.length <= max) return text;
  const longest = note(text.length);
  // If the note does not fit, an ellipsis replaces it.
  if (longest.length > max) return max > 0 ? cutWith(text, max, () => '…', cutAt) : '';
  const { end, close } = cutAt(max - longest.length);
  return text.slice(0, end) + close + note(text.length - end);
}

/** Returns the last place at or before `room` where mrkdwn may be cut: not within a token other than text. */
function endWithin(text: string, tokens: readonly Token[], room: number): number {
  const token = tokens.find(({ end }) => end > room);
  if (token === undefined) return Math.min(room, text.length);
  return token.kind === 'text' ? Math.max(token.start, safeEnd(text, room)) : token.start;
}

/** Returns the marks that close all open ones at `end`. */
function closing(text: string, tokens: readonly Token[], end: number): string {
  const open: string[] = [];
  for (const token of tokens) {
    if (token.end > end) break;
    if (token.kind !== 'mark') continue;
    const mark = text.slice(token.start, token.end);
    if (open.at(-1) === mark) open.pop();
    else open.push(mark);
  }
  return open.reverse().join('');
}

/** Longer links, which are rare, are split: keeping them whole would lose too much of the text. */
const longestLink = 3_000;

/** Returns the last place at or before `at` where a text may be cut. */
export function safeEnd(text: string, at: number): number {
  if (at >= text.length) return text.length;
  if (at <= 0) return 0;
  const angle = text.lastIndexOf('<', at - 1);
  if (angle !== -1 && at - angle <= longestLink) {
    const whole = /^<[@#!a-z/][^<>\n]*>/i.exec(text.slice(angle, angle + longestLink))?.[0];
    if (whole !== undefined && angle + whole.length > at) return angle;
  }
  const entity = text.lastIndexOf('&', at - 1);
  if (entity !== -1 && at - entity < 5 && /^&(?:amp|lt|gt);/.test(text.slice(entity, entity + 5))) {
    if (text.indexOf(';', entity) >= at) return entity;
  }
  return graphemeStart(text, at);
}

let segmenter: Intl.Segmenter | undefined;
/** Longer than any emoji sequence. */
const nearby = 64;

/** Returns the start of the grapheme at `at`. */
export function graphemeStart(text: string, at: number): number {
  // Two ASCII characters are never one grapheme, except CRLF.
  if (isAscii(text, at - 1) && isAscii(text, at) && text[at] !== '\n') return at;
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  const from = Math.max(0, at - nearby);
  const found = segmenter.segment(text.slice(from, at + nearby)).containing(at - from);
  return found === undefined ? at : from + found.index;
}

function isAscii(text: string, at: number): boolean {
  return text.charCodeAt(at) < 128;
}
