import { reachOf } from '../domain/plain-http.ts';
import type { CoreSettings } from './schema.ts';

/** Returns a problem for each setting that would send a token or a login over a network unencrypted. */
export function plainSecrets({ SLACK_API_URL, LOKI_URL }: Partial<CoreSettings>): string[] {
  return [
    ...(SLACK_API_URL === undefined ? [] : ofSlack(SLACK_API_URL)),
    ...(LOKI_URL === undefined ? [] : ofLoki(LOKI_URL)),
  ];
}

function ofSlack(written: string): string[] {
  const url = URL.canParse(written) ? new URL(written) : null;
  if (url === null) return ['SLACK_API_URL is no address; the usual one is https://slack.com/api/'];
  if (url.username !== '' || url.password !== '') {
    return ['SLACK_API_URL holds a login, which Slack does not know; write it without, as in https://slack.com/api/'];
  }
  if (reachOf(url) !== 'elsewhere') return [];
  return [
    `SLACK_API_URL="${written}": the tokens would cross the network unencrypted. Write https://. Over http only this machine and hosts of a private network are taken: names without a dot, 10.x, 172.16.x to 172.31.x, 192.168.x.`,
  ];
}

/** Does not show the value, which may hold a login. */
function ofLoki(written: string): string[] {
  const url = URL.canParse(written) ? new URL(written) : null;
  if (url === null) return ['LOKI_URL is no address; write for example http://host:3100'];
  const hasLogin = url.username !== '' || url.password !== '';
  if (!hasLogin || ['encrypted', 'this machine'].includes(reachOf(url))) return [];
  return [
    'LOKI_URL holds a login, which would cross the network unencrypted. Write https://, or take the login out; http:// with a login is taken for this machine alone.',
  ];
}
