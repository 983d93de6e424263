/**
 * Slack's own domains: the app, file servers, `hooks.` for response_url, GovSlack.
 * https://slack.com/help/articles/360001603387 and https://docs.slack.dev/govslack
 */
const slackDomains = ['slack.com', 'slack-edge.com', 'slack-files.com', 'slack-gov.com'];

/**
 * Returns whether an address from an event may be called, and may get a token: Slack's hosts over https. If the API
 * is elsewhere (a stand-in), exactly that host and port too, over http only if the API is.
 */
function isSlackUrl(url: URL, apiUrl: URL): boolean {
  if (url.username || url.password) return false;
  if (url.host === apiUrl.host) return url.protocol === 'https:' || url.protocol === apiUrl.protocol;
  if (url.protocol !== 'https:' || url.port !== '') return false;
  return slackDomains.some((domain) => url.hostname === domain || url.hostname.endsWith(`.${domain}`));
}

/** Returns the parsed address if it is one of Slack's, else null. */
export function slackUrl(text: unknown, apiUrl: URL, base?: URL): URL | null {
  if (typeof text !== 'string' || !URL.canParse(text, base?.href)) return null;
  const url = new URL(text, base?.href);
  return isSlackUrl(url, apiUrl) ? url : null;
}
