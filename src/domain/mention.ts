/** Most people and groups that a rule may mention at once. */
const mostMentions = 5;
/** Mentions are looked for in this many characters of a text. */
const mostCharacters = 1_000;
/** `@oncall` (a user group; Slack links it with `link_names`), `@here`, `<@U0123>`, `<!subteam^S0123>`, or a bare id. */
const handle = /^@[\p{L}\p{N}][\p{L}\p{N}._-]{0,79}$/u;
const markup = /^<(@[UW][A-Z0-9]{1,40}|!subteam\^S[A-Z0-9]{1,40}|!here|!channel|!everyone)>$/;
const id = /^([UWS])[A-Z0-9]{5,40}$/;

/** Returns the mention that a rule's `notify` asks for, in Slack's markup; null when it names nobody. */
export function mentionOf(written: string): string | null {
  const mentions = new Set(
    written
      .slice(0, mostCharacters)
      .split(/[\s,]+/)
      .flatMap((word) => mention(word) ?? []),
  );
  return mentions.size === 0 ? null : [...mentions].slice(0, mostMentions).join(' ');
}

function mention(word: string): string | null {
  const broadcast = /^@(here|channel|everyone)$/.exec(word);
  if (broadcast !== null) return `<!${broadcast[1]}>`;
  if (markup.test(word) || handle.test(word)) return word;
  const kind = id.exec(word)?.[1];
  if (kind === undefined) return null;
  return kind === 'S' ? `<!subteam^${word}>` : `<@${word}>`;
}
