/**
 * Matches secrets anywhere in a text: Slack's tokens (docs.slack.dev/authentication/tokens), also rotated ones
 * (`xoxe.xoxb-…`), the credentials of a Basic or Bearer header, our own tokens and secrets of webhooks, tokens of GitHub,
 * GitLab and Heroku, JSON Web Tokens, AWS's keys, the ticket in the address of a Socket Mode connection, the path of a webhook or
 * `response_url`, and the password in an address: of a database also one with an `@` or `/` that is not encoded. The bounds, such
 * as {0,40}, keep the search linear in the length of the text.
 */
const secrets = new RegExp(
  [
    /xox[a-z][\w.]{0,40}-[\w-]+/,
    /xapp-[\w-]+/,
    /\b(?:Basic|Bearer) [\w.~+/=-]{8,}/,
    /\bux_[0-9A-Za-z]{20,}/,
    /\bwhsec_[\w+/=-]{16,}/,
    /\bgh[opsur]_[0-9A-Za-z]{20,}/,
    /\bgithub_pat_\w{20,}/,
    /\bglpat-[\w-]{16,}/,
    /\bHRKU-[\w-]{16,}/,
    /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/,
    /\bAKIA[0-9A-Z]{16}\b/,
    /(?<=ticket=)[^\s&"]+/,
    /(?<=hooks\.slack\.com\/)[^\s"]+/,
    /(?<=\b(?:postgres(?:ql)?|rediss?):\/\/[^\s:@/]{0,100}:)[^\s"]{1,200}(?=@)/,
    /(?<=:\/\/[^\s:@/]{0,100}:)[^\s@/]+(?=@)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

/** Returns the text with each secret replaced by `[redacted]`. */
export function redact(text: string): string {
  return text.replace(secrets, '[redacted]');
}
