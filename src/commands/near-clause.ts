/** Words of a pattern that look like one of the clauses `in #channel` and `including mine`, but are not. */
export interface NearClause {
  /** As they were written, in Slack's markup. */
  written: string;
  meant: 'channel' | 'own';
}

/** A channel with its sign, wherever it stands; `#123` is the number of an issue, no channel. */
const named =
  /(?:^|\s)((?:(?:in|on|from|at|only)\s+)?(?:the\s+)?(?:channel\s+)?(?:<#[A-Z0-9]+(?:\|[^<>]*)?>|#(?=[\p{N}_-]*\p{L})[\p{L}\p{M}\p{N}_-]+))/iu;
/** A word that may be meant as a channel, at the end, with what is polite behind it. */
const bare =
  /(?:^|\s)(in\s+(?:the\s+)?(?:channel\s+)?(["'`]?)[\p{L}\p{M}\p{N}_-]{1,80}\2(?:\s+channel)?)(?:[.,;!?\s]|please\b|pls\b|thanks\b)*$/iu;
const own =
  /(?:^|\s)(includ(?:e|es|ing)\s+(?:me|mine|mines|myself|own|my\b[\s\S]*))(?:[.,;!?\s]|only\b|please\b|pls\b|thanks\b)*$/i;

/**
 * @param text a pattern without quotes around it, in Slack's markup, its clauses taken off
 * @param hasChannel whether one of those named a channel: then `in ops` is text
 */
export function findNearClause(text: string, hasChannel: boolean): NearClause | null {
  const [, mine] = own.exec(text) ?? [];
  if (mine !== undefined) return { written: mine, meant: 'own' };
  const [, channel] = named.exec(text) ?? (hasChannel ? [] : (bare.exec(text) ?? []));
  return channel === undefined ? null : { written: channel, meant: 'channel' };
}
