import { cut } from '../domain/cut.ts';
import { escapeMrkdwn, unescapeMrkdwn } from '../domain/text.ts';
import type { NearClause } from './near-clause.ts';
import { code } from './words.ts';
import type { WrittenPattern } from './written-pattern.ts';

/** Long enough to be recognised. */
const mostShown = 200;

/** The refusal of words behind a quoted pattern: what was read, and how to write what was probably meant. */
export function notUnderstood({ quoted, words }: NonNullable<WrittenPattern['extra']>): string {
  const all = /`/.test(words) || quoted.includes('`') ? 'a code block' : 'backticks';
  return (
    `I read ${short(quoted)} as the pattern and do not understand ${short(words)} after it. ` +
    'Only `in #channel`, with the `#`, and `including mine` may follow. ' +
    `If all of it is the pattern, put all of it in ${all}.`
  );
}

/** That words which look like a clause are part of the pattern, and how the clause is written. */
export function partOfPattern({ written, meant }: NearClause): string {
  const shown = written.includes('<#') ? escapeButMentions(written) : short(unescapeMrkdwn(written));
  const remedy =
    meant === 'own'
      ? 'For your own messages too, end with `including mine`.'
      : 'To name one channel, end with it and its `#`, as in `in #ops`.';
  return `${shown} is part of the pattern, not a clause. ${remedy}`;
}

/** That a quote sign at the beginning is part of the pattern, for nothing closes it; null: there is none. */
export function unclosedQuote(pattern: string): string | null {
  const [, sign] = /^(["`])(?:(?!\1)[\s\S])*$/.exec(pattern) ?? [];
  if (sign === undefined) return null;
  return `The ${code(sign)} at its beginning is part of the pattern, for no other one closes it.`;
}

function short(text: string): string {
  return code(cut(text, mostShown, () => '…'));
}

/** A mention is shown by its name, which code would not do. */
function escapeButMentions(text: string): string {
  return text.replace(/<#[A-Z0-9]+(?:\|[^<>]*)?>|[^<]+|</g, (part) =>
    part.startsWith('<#') ? part : escapeMrkdwn(part),
  );
}
