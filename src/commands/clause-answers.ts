import { cut } from '../domain/cut.ts';
import { escapeMrkdwn, unescapeMrkdwn } from '../domain/text.ts';
import type { NearClause } from './near-clause.ts';
import { code } from './words.ts';
import type { WrittenPattern } from './written-pattern.ts';

/** Characters of a quoted text that a reply shows. */
const mostShown = 200;

/** Returns the reply to unknown words after a quoted pattern, with a suggestion. */
export function notUnderstood({ quoted, words }: NonNullable<WrittenPattern['extra']>): string {
  const all = /`/.test(words) || quoted.includes('`') ? 'a code block' : 'backticks';
  return (
    `I read ${short(quoted)} as the pattern and do not understand ${short(words)} after it. ` +
    'Only `in #channel`, with the `#`, and `including mine` may follow. ' +
    `If all of it is the pattern, put all of it in ${all}.`
  );
}

/** Returns a hint that some words belong to the pattern although they look like a clause, and how to write the clause. */
export function partOfPattern({ written, meant }: NearClause): string {
  const shown = written.includes('<#') ? escapeButMentions(written) : short(unescapeMrkdwn(written));
  const remedy =
    meant === 'own'
      ? 'For your own messages too, end with `including mine`.'
      : 'To name one channel, end with it and its `#`, as in `in #ops`.';
  return `${shown} is part of the pattern, not a clause. ${remedy}`;
}

/** Returns a hint about an unclosed quote at the beginning of a pattern; null if there is none. */
export function unclosedQuote(pattern: string): string | null {
  const [, sign] = /^(["`])(?:(?!\1)[\s\S])*$/.exec(pattern) ?? [];
  if (sign === undefined) return null;
  return `The ${code(sign)} at its beginning is part of the pattern, because no second one closes it.`;
}

function short(text: string): string {
  return code(cut(text, mostShown, () => '…'));
}

/** Escapes a text but keeps channel mentions, which Slack shows by their name. */
function escapeButMentions(text: string): string {
  return text.replace(/<#[A-Z0-9]+(?:\|[^<>]*)?>|[^<]+|</g, (part) =>
    part.startsWith('<#') ? part : escapeMrkdwn(part),
  );
}
