import { unescapeMrkdwn } from '../domain/text.ts';
import { findNearClause, type NearClause } from './near-clause.ts';
import { unlink } from './words.ts';

/** The parsed arguments of `forward` and `stop`. */
export interface WrittenPattern {
  /** The regular expression without its wrapping; '' if none was written. */
  pattern: string;
  /** The same with its wrapping, for a pattern that itself looks wrapped, such as `/var/`. */
  wrapped: string;
  /** `#name` or `<#C1|name>`; null without a channel. */
  channel: string | null;
  /** `including mine` was written. */
  includeOwn: boolean;
  /** A quoted text followed by words that are no clause; null if there are none. */
  extra: { quoted: string; words: string } | null;
  /** Words of an unquoted pattern that look like a clause: `in ops`, `including me`. */
  nearClause: NearClause | null;
}

/** Needs a mention or a `#`: "error in production" is a pattern. */
const inChannel = /(?:^|\s)in\s+(<#[A-Z0-9]+(?:\|[^<>]*)?>|#[\p{L}\p{M}\p{N}_-]+)$/iu;
const includingMine = /(?:^|\s)including\s+(?:mine|my\s+own)$/i;

/**
 * Quotes that may be around a pattern. The text inside is the pattern exactly, with its spaces. One layer is removed, and
 * only if the sign does not occur inside unescaped: `"a" or "b"` stays as it is.
 */
const wrappings = [
  // The line breaks next to the fence are not part of the pattern.
  /^```\n?((?:(?!```)[\s\S])+?)\n?```$/,
  // A full stop after code or quotes ends the sentence.
  /^`([^`]+)`[.,;!]?$/,
  /^"((?:[^"\\]|\\.)+)"[.,;!?]?$/s,
  /^'((?:[^'\\]|\\.)+)'[.,;!?]?$/s,
  // Patterns ignore case, so the flag i changes nothing.
  /^\/((?:[^/\\]|\\.)+)\/i?$/s,
];

/**
 * A quoted text followed by other words. Quotes must be followed by white space, so that `"key": 1` of JSON is no quoted
 * text; after backticks anything counts.
 */
const quotedThenWords = [
  /^```\n?([\s\S]+?)\n?```\s*(\S[\s\S]*)$/,
  /^`([^`]+)`\s*(\S[\s\S]*)$/,
  /^"((?:[^"\\]|\\.)+)"(?=[.,;!?]*\s)\s*(\S[\s\S]*)$/s,
  /^'((?:[^'\\]|\\.)+)'(?=[.,;!?]*\s)\s*(\S[\s\S]*)$/s,
];

/** Parses `<pattern> [in #channel] [including mine]` and removes Slack's markup from the pattern. */
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

/** Removes both clauses from the end, in either order. */
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
 * Removes the label of mentions, whose `|` would be an alternation in a regular expression. In messages a user has no
 * label, and a channel may have one.
 */
function withoutLabels(text: string): string {
  return text.replace(/<([@#])([A-Z0-9]+)\|[^<>]*>/g, (_, kind: string, id: string) =>
    kind === '@' ? `<@${id}>` : `<#${id}[|>]`,
  );
}
