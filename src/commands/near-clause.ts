/** Words of a pattern that look like one of the clauses `in #channel` and `including mine`, but are not. */
export interface NearClause {
  /** In Slack's markup. */
  written: string;
  meant: 'channel' | 'own';
}

/** A channel with `#`, anywhere; `#123` is the number of an issue, not a channel. */
const named =
  /(?:^|\s)((?:(?:in|on|from|at|only)\s+)?(?:the\s+)?(?:channel\s+)?(?:<#[A-Z0-9]+(?:\|[^<>]*)?>|#(?=[\p{N}_-]*\p{L})[\p{L}\p{M}\p{N}_-]+))/iu;
/** `in` with a word that may be a channel, at the end; `please` or `thanks` may follow. */
const bare =
  /(?:^|\s)(in\s+(?:the\s+)?(?:channel\s+)?(["'`]?)[\p{L}\p{M}\p{N}_-]{1,80}\2(?:\s+channel)?)(?:[.,;!?\s]|please\b|pls\b|thanks\b)*$/iu;
const own =
  /(?:^|\s)(includ(?:e|es|ing)\s+(?:me|mine|mines|myself|own|my\b[\s\S]*))(?:[.,;!?\s]|only\b|please\b|pls\b|thanks\b)*$/i;

/**
 * Returns words of a pattern that look like a clause, or null.
 * @param text a pattern without quotes and clauses, in Slack's markup
 * @param hasChannel whether a clause named a channel; if so, `in ops` is part of the pattern
 */
export function findNearClause(text: string, hasChannel: boolean): NearClause | null {
  const [, mine] = own.exec(text) ?? [];
  if (mine !== undefined) return { written: mine, meant: 'own' };
  const [, channel] = named.exec(text) ?? (hasChannel ? [] : (bare.exec(text) ?? []));
  return channel === undefined ? null : { written: channel, meant: 'channel' };
}
