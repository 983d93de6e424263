import { unescapeMrkdwn } from '../domain/text.ts';
import { findNearClause, type NearClause } from './near-clause.ts';
import { unlink } from './words.ts';

/** What stands after `forward` or `stop`. */
export interface WrittenPattern {
  /** The regular expression without its wrapping; empty: none was written. */
  pattern: string;
  /** The same with its wrapping, for a pattern that itself looks wrapped, such as `/var/`. */
  wrapped: string;
  /** `#name` or `<#C1|name>`; null: no channel was written. */
  channel: string | null;
  /** `including mine` was written. */
  includeOwn: boolean;
  /** A text in quotes or backticks, and the words after it when they are no clause; null: no such words. */
  extra: { quoted: string; words: string } | null;
  /** Words of a plain pattern that look like a clause, as they were written: `in ops`, `including me`. */
  nearClause: NearClause | null;
}

/** Only what can be a channel: "error in production" stays a pattern. */
const inChannel = /(?:^|\s)in\s+(<#[A-Z0-9]+(?:\|[^<>]*)?>|#[\p{L}\p{M}\p{N}_-]+)$/iu;
const includingMine = /(?:^|\s)including\s+(?:mine|my\s+own)$/i;

/**
 * What is inside a wrapping is the pattern, exactly: spaces at its ends too. One layer is taken off, and only when the
 * sign does not occur inside (except escaped): `"a" or "b"` stays as it is.
 */
const wrappings = [
  // The line breaks beside the fence belong to it.
  /^```\n?((?:(?!```)[\s\S])+?)\n?```$/,
  // A full stop after code or quotes is the sentence's.
  /^`([^`]+)`[.,;!]?$/,
  /^"((?:[^"\\]|\\.)+)"[.,;!?]?$/s,
  /^'((?:[^'\\]|\\.)+)'[.,;!?]?$/s,
  // Patterns never regard case, so the flag changes nothing.
  /^\/((?:[^/\\]|\\.)+)\/i?$/s,
];

/**
 * A quoted text, then other words. A quote sign inside a word or before a colon, as in JSON and in `don't`, begins none;
 * after code anything is other words.
 */
const quotedThenWords = [
  /^```\n?([\s\S]+?)\n?```\s*(\S[\s\S]*)$/,
  /^`([^`]+)`\s*(\S[\s\S]*)$/,
  /^"((?:[^"\\]|\\.)+)"(?=[.,;!?]*\s)\s*(\S[\s\S]*)$/s,
  /^'((?:[^'\\]|\\.)+)'(?=[.,;!?]*\s)\s*(\S[\s\S]*)$/s,
];

/** Takes `<pattern> [in #channel] [including mine]` apart and undoes Slack's markup in the pattern. */
export function readPattern(args: string): WrittenPattern {
  const { rest, channel, includeOwn } = takeSuffixes(args);
  const wrapped = unescapeMrkdwn(unlink(withoutLabels(rest))).trim();
  const inner = wrappings.map((wrapping) => wrapping.exec(wrapped)?.[1]).find((found) => found !== undefined);
  const pattern = inner ?? (/^(["'`])\1$/.test(wrapped) ? '' : wrapped);
  const extra = inner === undefined ? findExtra(wrapped) : null;
  return {
    pattern: pattern.trim() === '' ? '' : pattern,
    wrapped,
    channel,
    includeOwn,
    extra,
    nearClause: inner === undefined && extra === null ? findNearClause(rest, channel !== null) : null,
  };
}

function findExtra(wrapped: string): WrittenPattern['extra'] {
  for (const shape of quotedThenWords) {
    const [, quoted, words] = shape.exec(wrapped) ?? [];
    if (quoted !== undefined && words !== undefined) return { quoted, words };
  }
  return null;
}

/** In whichever order they stand. */
function takeSuffixes(args: string): { rest: string; channel: string | null; includeOwn: boolean } {
  let rest = args.trim();
  let channel: string | null = null;
  let includeOwn = false;
  for (;;) {
    const where: RegExpExecArray | null = channel === null ? inChannel.exec(rest) : null;
    const whose = includeOwn ? null : includingMine.exec(rest);
    const suffix = where ?? whose;
    if (suffix === null) return { rest, channel, includeOwn };
    if (where) channel = where[1] ?? null;
    else includeOwn = true;
    rest = rest.slice(0, suffix.index).trim();
  }
}

/**
 * The `|` before a mention's label would be an alternative in a regular expression. Messages carry users without a
 * label, channels with one or without.
 */
function withoutLabels(text: string): string {
  return text.replace(/<([@#])([A-Z0-9]+)\|[^<>]*>/g, (_, kind: string, id: string) =>
    kind === '@' ? `<@${id}>` : `<#${id}[|>]`,
  );
}
