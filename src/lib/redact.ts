/**
 * Secrets by their shape, wherever they stand in a text: Slack's tokens (docs.slack.dev/authentication/tokens), also
 * those of token rotation (`xoxe.xoxb-…`), the credentials of a Basic header, the ticket in the address of a Socket Mode
 * connection, and the path of a webhook or `response_url`. The bound keeps the search linear in the text.
 */
const secrets =
  /xox[a-z][\w.]{0,40}-[\w-]+|xapp-[\w-]+|\bBasic [\w+/=-]{8,}|(?<=ticket=)[^\s&"]+|(?<=hooks\.slack\.com\/)[^\s"]+/g;

/** The text with each secret replaced by `[redacted]`, for logs and answers. */
export function redact(text: string): string {
  return text.replace(secrets, '[redacted]');
}
