import { escapeMrkdwn, unescapeMrkdwn } from '../domain/text.ts';
import { visibleText } from '../domain/visible-text.ts';
import { text } from './json.ts';

/** Slack takes 40,000 characters of text and 50 blocks a post; the rest is not from a reader's Slack. */
const mostCharacters = 200_000;
const mostParts = 3_000;

/** Collects parts of a post's text, in mrkdwn, one a line or more. */
export interface Parts {
  add(mrkdwn: string): void;
  /** A text in which no sign is markup. */
  addPlain(value: unknown): void;
  /**
   * Adds two parts that may overlap, such as a text and its blocks: lines of the first that the second has are left
   * out.
   */
  addEither(first: string, second: string): void;
  joined(): string;
}

export function createParts(separator = '\n'): Parts {
  const parts: string[] = [];
  let left = mostCharacters;

  function add(mrkdwn: string): void {
    if (mrkdwn.trim() === '' || left <= 0 || parts.length >= mostParts) return;
    parts.push(mrkdwn.slice(0, left));
    left -= mrkdwn.length + 1;
  }

  return {
    add,
    addPlain: (value) => add(plainText(text(value) ?? '')),
    addEither(first, second) {
      if (first === '' || second === '') return add(first || second);
      if (first === second || gist(first) === gist(second)) return add(first);
      const known = gist(second);
      const lines = first.split('\n').filter((line) => gist(line) === '' || !known.includes(gist(line)));
      add(lines.join('\n').trim());
      add(second);
    },
    joined: () => parts.join(separator),
  };
}

/** Returns a text without spaces, and without the signs of lists and quotes, which are structure in blocks. */
function gist(mrkdwn: string): string {
  return visibleText(mrkdwn)
    .replace(/^(?:>|\s)*(?:[\u2022\u25e6\u25aa]|\d+\.)?/gm, '')
    .replace(/\s+/g, '')
    .toLowerCase();
}

/** A plain text as mrkdwn: its signs stay signs. A word joiner, which has no width, keeps `*a*` from being bold. */
export function plainText(plain: string): string {
  const escaped = escapeMrkdwn(unescapeMrkdwn(plain));
  return /[*_~`]/.test(escaped) ? escaped.replace(/(?<![\p{L}\p{N}])[*_~`](?=\S)/gu, '$&\u2060') : escaped;
}
