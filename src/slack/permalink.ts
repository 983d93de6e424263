/** Slack's address of a post; `url` is the workspace's, as `auth.test` gives it. */
export function permalink(url: string, channel: string, ts: string, threadTs?: string): string {
  const address = new URL(`archives/${channel}/p${ts.replace('.', '')}`, url);
  if (threadTs && threadTs !== ts) {
    address.searchParams.set('thread_ts', threadTs);
    address.searchParams.set('cid', channel);
  }
  return address.href;
}
