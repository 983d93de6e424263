import { causeCode } from '../lib/error-code.ts';
import { type Json, object, text } from './json.ts';
import { isAuthError } from './outcomes.ts';
import { fetchOnce } from './transport.ts';

/** `refused`: Slack answered with this error. `unanswered`: no answer, or one that says to ask again. */
export type OAuthAnswer<T> = ({ kind: 'ok' } & T) | { kind: 'refused' | 'unanswered'; error: string };

/** Tokens as Slack gave them. */
export interface Granted {
  botToken: string;
  /** Null: the app has no token rotation. */
  refreshToken: string | null;
  /** Milliseconds. */
  expiresInMs: number | null;
}

/** The answer to an authorisation. */
export interface Grant extends Granted {
  appId: string;
  /** Null for an installation of a whole organisation. */
  team: { id: string; name: string } | null;
  enterprise: { id: string; name: string } | null;
  isOrg: boolean;
  botUser: string;
  scopes: string[];
  installedBy: string;
}

export interface TokenOwner {
  /** With `isOrg` the organisation's id. */
  team: string;
  name: string;
  enterprise: string | null;
  isOrg: boolean;
  botUser: string;
  /** Null: the token is not of a bot. */
  botId: string | null;
  url: string;
  /** Those of the token; [] when Slack did not tell. */
  scopes: string[];
}

/** Slack's calls for an installation. Each is one attempt, and never rejects. */
export interface SlackOAuth {
  /** Returns the address at which a person agrees to the scopes. */
  authorizeUrl(state: string): string;
  exchange(code: string): Promise<OAuthAnswer<Grant>>;
  refresh(refreshToken: string): Promise<OAuthAnswer<Granted>>;
  whose(token: string): Promise<OAuthAnswer<TokenOwner>>;
  /** Resolves with the id of the app that a bot token belongs to. */
  appOf(token: string, botId: string): Promise<OAuthAnswer<{ appId: string }>>;
  /** Removes the app from the workspace, which revokes its tokens. Without the app's client secret the token alone is revoked. */
  uninstall(token: string): Promise<OAuthAnswer<object>>;
}

export interface OAuthOptions {
  apiUrl: string;
  clientId: string;
  clientSecret: string;
  redirectUrl: string;
  scopes: readonly string[];
  /** Milliseconds that a call may take. */
  callMs: number;
}

/** Errors after which the same call may succeed. https://docs.slack.dev/reference/methods/oauth.v2.access#errors */
const passing =
  /^(ratelimited|rate_limited|fatal_error|internal_error|request_timeout|service_unavailable|team_added_to_org)$/;

/** Whether an error means that a token works no more. */
export const isTokenGone = (error: string): boolean => isAuthError(error) || error === 'invalid_refresh_token';

/** Whether it has the form of a bot's token; `xoxe.`: one that rotates. */
export const isBotToken = (token: string): boolean => /^(xoxe\.)?xoxb-[\x21-\x7e]{1,1000}$/.test(token);

/** https://docs.slack.dev/authentication/installing-with-oauth and https://docs.slack.dev/authentication/using-token-rotation */
export function createOAuth(options: OAuthOptions): SlackOAuth {
  const { clientId, clientSecret, redirectUrl, scopes, callMs } = options;
  const apiUrl = new URL(options.apiUrl.replace(/\/*$/, '/'));
  const app = { client_id: clientId, client_secret: clientSecret };

  async function call(
    method: string,
    fields: Record<string, string>,
    token?: string,
  ): Promise<OAuthAnswer<{ body: Json; headers: Headers }>> {
    try {
      const response = await fetchOnce(apiUrl, new URL(method, apiUrl), {
        method: 'POST',
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        body: new URLSearchParams(fields),
        signal: AbortSignal.timeout(callMs),
      });
      const body = object(await response.json().catch(() => null));
      if (body === null) return { kind: 'unanswered', error: `HTTP ${response.status}, not JSON` };
      if (body.ok === true) return { kind: 'ok', body, headers: response.headers };
      const error = text(body.error);
      if (error === null || !/^\w{1,80}$/.test(error)) return { kind: 'unanswered', error: `HTTP ${response.status}` };
      return { kind: passing.test(error) || response.status >= 500 ? 'unanswered' : 'refused', error };
    } catch (error) {
      const name = (error as Error).name;
      return { kind: 'unanswered', error: name === 'TimeoutError' ? 'no answer in time' : causeCode(error) || name };
    }
  }

  return {
    authorizeUrl(state) {
      const url = new URL('/oauth/v2/authorize', apiUrl.origin);
      url.search = new URLSearchParams({
        ...{ client_id: clientId, scope: scopes.join(','), redirect_uri: redirectUrl, state },
      }).toString();
      return url.href;
    },
    async exchange(code) {
      const answer = await call('oauth.v2.access', { ...app, code, redirect_uri: redirectUrl });
      return answer.kind === 'ok' ? readGrant(answer.body) : answer;
    },
    async refresh(refreshToken) {
      const fields = { ...app, grant_type: 'refresh_token', refresh_token: refreshToken };
      const answer = await call('oauth.v2.access', fields);
      if (answer.kind !== 'ok') return answer;
      const granted = readTokens(answer.body);
      return granted === null ? notWhole : { kind: 'ok', ...granted };
    },
    async whose(token) {
      const answer = await call('auth.test', {}, token);
      if (answer.kind !== 'ok') return answer;
      const { body, headers } = answer;
      const url = text(body.url);
      const team = text(body.team_id) ?? '';
      return {
        kind: 'ok',
        ...{ team, name: (text(body.team) ?? team).slice(0, 200), enterprise: text(body.enterprise_id) },
        ...{ isOrg: body.is_enterprise_install === true, botUser: text(body.user_id) ?? '', botId: text(body.bot_id) },
        // https://docs.slack.dev/apis/web-api/#responses
        scopes: (headers.get('x-oauth-scopes') ?? '').split(/[ ,]+/).filter(Boolean),
        url: url !== null && URL.canParse(url) ? new URL(url).href : 'https://slack.com/',
      };
    },
    async appOf(token, botId) {
      const answer = await call('bots.info', { bot: botId }, token);
      if (answer.kind !== 'ok') return answer;
      const appId = text(object(answer.body.bot)?.app_id);
      return appId === null ? notWhole : { kind: 'ok', appId };
    },
    // https://docs.slack.dev/reference/methods/apps.uninstall needs the client secret.
    uninstall: (token) => (clientSecret === '' ? call('auth.revoke', {}, token) : call('apps.uninstall', app, token)),
  };
}

const notWhole = { kind: 'unanswered', error: 'the answer has no token' } as const;

function readTokens(body: Json): Granted | null {
  const botToken = text(body.access_token);
  if (botToken === null || !isBotToken(botToken)) return null;
  const seconds = Number(body.expires_in);
  const refreshToken = text(body.refresh_token);
  const rotates = refreshToken !== null && seconds > 0;
  return { botToken, refreshToken: rotates ? refreshToken : null, expiresInMs: rotates ? seconds * 1_000 : null };
}

function readGrant(body: Json): OAuthAnswer<Grant> {
  const tokens = readTokens(body);
  const [appId, botUser] = [text(body.app_id), text(body.bot_user_id)];
  const [team, enterprise] = [readNamed(body.team), readNamed(body.enterprise)];
  const isOrg = body.is_enterprise_install === true;
  if (tokens === null || appId === null || botUser === null || (isOrg ? enterprise : team) === null) return notWhole;
  return {
    ...{ kind: 'ok', ...tokens, appId, botUser, team, enterprise, isOrg },
    scopes: (text(body.scope) ?? '').split(',').filter(Boolean),
    installedBy: text(object(body.authed_user)?.id) ?? '',
  };
}

function readNamed(value: unknown): { id: string; name: string } | null {
  const found = object(value);
  const id = text(found?.id);
  return id === null || !/^[A-Z0-9]{1,30}$/.test(id) ? null : { id, name: (text(found?.name) ?? id).slice(0, 200) };
}
