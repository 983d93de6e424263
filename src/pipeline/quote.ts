import { cutMrkdwn, graphemeStart, safeEnd } from '../domain/cut.ts';
import { type Token, tokensOf } from '../domain/mrkdwn.ts';
import type { Span } from '../domain/spans.ts';

const note = (left: number) => `… _(cut, ${left} more characters: open it to read on)_`;
/** The most marks of one text; one that matches everywhere needs no more. */
const mostMarks = 50;
/** Slack reads `*` as bold only beside a space or sign. A zero-width space has this effect within a word. */
const gap = '\u200b';

/**
 * A post's mrkdwn as a quote of at most `max` UTF-16 units, with what was found in bold. A long one is cut around the
 * first place that was found, never within a link, mention, entity or character, and says how much is missing. Bold and
 * italic of the author are left out, so that only what was found stands out; code stays code.
 */
export function quoteOf(mrkdwn: string, found: readonly Span[], max: number): string {
  if (mrkdwn.trim() === '') return '';
  const tokens = tokensOf(mrkdwn);
  const spans = found.slice(0, mostMarks);
  const whole = quoted(render(mrkdwn, tokens, spans, 0, mrkdwn.length));
  if (whole.length <= max) return whole;
  const room = max - note(mrkdwn.length).length - '> … '.length;
  for (let size = room; size > 0; size = Math.floor(size * 0.8)) {
    const [from, to] = windowOf(mrkdwn, spans[0], size);
    const shown = render(mrkdwn, tokens, spans, from, to);
    const left = mrkdwn.length - (to - from);
    const text = quoted(`${from > 0 ? '… ' : ''}${shown}${note(left)}`);
    if (text.length <= max) return text;
  }
  return cutMrkdwn(quoted(note(mrkdwn.length).trimStart()), max);
}

function quoted(text: string): string {
  return text.replace(/^/gm, '> ');
}

/** [from, to) of at most `size`: from the start when the first place fits in, else a quarter before it. */
function windowOf(text: string, first: Span | undefined, size: number): [from: number, to: number] {
  const [start, end] = first ?? [0, 0];
  if (end <= size) return [0, safeEnd(text, size)];
  const before = Math.max(0, Math.min(start, start - Math.floor(size / 4)));
  const space = text.slice(before, start).search(/\s/);
  const from = space === -1 ? safeEnd(text, before) : before + space + 1;
  return [from, safeEnd(text, from + size)];
}

function render(source: string, tokens: readonly Token[], spans: readonly Span[], from: number, to: number): string {
  const writer = createWriter();
  for (const token of tokens) {
    if (token.kind === 'mark' || token.end <= from || token.start >= to) continue;
    if (token.kind !== 'text') {
      // A link or mention is shown whole or not at all.
      if (token.start < from || token.end > to) continue;
      const hit = spans.some(([start, end]) => start < token.end && end > token.start);
      writer.write(source.slice(token.start, token.end), hit);
      continue;
    }
    const start = Math.max(token.start, from);
    const parts = partsOf(source, spans, start, Math.min(token.end, to));
    if (token.code === 'fence') writer.write(`\`\`\`${parts.map(framed).join('')}\`\`\``, false);
    else for (const { text, hit } of parts) writer.write(text, hit, token.code === 'inline' ? '`' : '');
  }
  return writer.text();
}

interface Part {
  text: string;
  hit: boolean;
}

/** [start, end) of the source cut at the spans; a span that begins within a character takes the whole of it. */
function partsOf(source: string, spans: readonly Span[], start: number, end: number): Part[] {
  const parts: Part[] = [];
  let at = start;
  const add = (until: number, hit: boolean) => {
    if (until > at) parts.push({ text: source.slice(at, until), hit });
    at = Math.max(at, until);
  };
  for (const [first, last] of spans) {
    if (last <= at || first >= end) continue;
    add(Math.max(at, graphemeStart(source, first)), false);
    add(Math.min(last, end), true);
  }
  add(end, false);
  return parts;
}

/** Slack shows no bold in a code block. */
function framed({ text, hit }: Part): string {
  return hit ? `»${text}«` : text;
}

/** Puts parts together so that every mark of bold and code is one for Slack. */
function createWriter() {
  let out = '';
  let open = false;
  const append = (text: string, marked: boolean) => {
    const first = text[0] ?? '';
    if (out !== '' && (marked || open) && !/\s$/.test(out) && !/\s/.test(first)) out += gap;
    out += text;
    open = marked;
  };
  return {
    write(text: string, hit: boolean, code = ''): void {
      // A mark ends with its line, and has no space inside at its ends.
      for (const line of hit || code !== '' ? text.split(/(\s*\n\s*|^\s+|\s+$)/) : [text]) {
        if (line === '') continue;
        const inner = line.trim() === '' ? line : `${code}${line}${code}`;
        const bold = hit && line.trim() !== '';
        append(bold ? `*${inner}*` : inner, bold || (code !== '' && line.trim() !== ''));
      }
    },
    text: () => out,
  };
}
