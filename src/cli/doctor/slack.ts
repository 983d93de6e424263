import type { Settings } from '../../app/index.ts';
import { reachOf } from '../../domain/plain-http.ts';
import { reasonOf } from '../api-client.ts';
import { type Finding, finder } from './finding.ts';
import { neededScopes } from './needed-scopes.ts';

const find = finder('slack');
const findClock = finder('clock');
const timeoutMs = 5_000;
/** Tolerates the precision of Slack's Date header (whole seconds) and the network's delay. */
const skewWarnMs = 30_000;
/** Signatures of older requests are refused: docs.slack.dev/authentication/verifying-requests-from-slack */
const skewFailMs = 300_000;

/**
 * Calls `auth.test` with the bot token: checks network, token, scopes and clock. Does not try the app token: its only
 * method opens a socket, and an app may have ten.
 */
export async function checkSlack(config: Settings): Promise<Finding[]> {
  const { SLACK_BOT_TOKEN: token, SLACK_API_URL: api } = config;
  if (token === undefined) return [find('ok', 'not configured: the simulator is the workspace')];
  try {
    const askedAt = Date.now();
    const response = await fetch(new URL('auth.test', api.replace(/\/*$/, '/')), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status >= 300 && response.status < 400) {
      return [
        find(
          'fail',
          `${api} redirects elsewhere, where the token does not go; set SLACK_API_URL to the address it ends at`,
        ),
      ];
    }
    const answer = await readAnswer(response);
    const skew = checkClock(response.headers.get('date'), (askedAt + Date.now()) / 2, config);
    if (!answer.ok) return [find('fail', refusal(answer.error)), ...skew];
    const plain = reachOf(new URL(api)) === 'own network';
    if (config.SLACK_APP_TOKEN === undefined && config.SLACK_SIGNING_SECRET === undefined) {
      skew.push(find('warn', 'no events arrive: set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)'));
    }
    if (plain) skew.push(find('warn', 'SLACK_API_URL is plain http: the tokens are not encrypted on their way'));
    const known = find('ok', `auth.test: ${answer.user} in ${answer.team}`);
    return [known, ...checkScopes(response.headers.get('x-oauth-scopes'), config), ...skew];
  } catch (error) {
    return [
      find('fail', `${new URL(api).host} cannot be reached: ${reasonOf(error)}. Check DNS, firewall and SLACK_API_URL`),
    ];
  }
}

interface AuthTest {
  ok: boolean;
  error?: string;
  user?: string;
  team?: string;
}

async function readAnswer(response: Response): Promise<AuthTest> {
  try {
    return (await response.json()) as AuthTest;
  } catch {
    return { ok: false, error: `HTTP ${response.status}, not JSON` };
  }
}

function refusal(error = 'no reason'): string {
  const aboutToken = /^(invalid_auth|not_authed|account_inactive|token_revoked|token_expired)$/.test(error);
  return aboutToken
    ? `auth.test: ${error}. Copy SLACK_BOT_TOKEN again from "OAuth & Permissions" of the app`
    : `auth.test: ${error}. Try again; status.slack.com tells of outages`;
}

function checkScopes(header: string | null, config: Settings): Finding[] {
  if (header === null) return [find('warn', 'Slack did not say which scopes the token has')];
  const granted = new Set(header.split(',').map((scope) => scope.trim()));
  const missing = neededScopes(config).filter((scope) => !granted.has(scope));
  if (missing.length === 0) return [find('ok', 'the token has every scope of the manifest')];
  // Without users:read guests and members cannot be distinguished, so nobody's commands are accepted.
  const noCommands = missing.includes('users:read') && !config.ALLOW_EXTERNAL_USERS;
  const level = missing.includes('chat:write') || noCommands ? 'fail' : 'warn';
  const effect = noCommands ? '; without users:read the bot takes no commands' : '';
  return [
    find(
      level,
      `missing scopes: ${missing.join(', ')}${effect}. Add them under "OAuth & Permissions" and reinstall the app`,
    ),
  ];
}

function checkClock(date: string | null, nowMs: number, { SLACK_APP_TOKEN }: Settings): Finding[] {
  const theirs = Date.parse(date ?? '');
  if (Number.isNaN(theirs)) return [];
  const skewMs = Math.abs(nowMs - theirs);
  const text = `this machine's clock is ${Math.round(skewMs / 1_000)} s from Slack's`;
  if (skewMs < skewWarnMs) return [findClock('ok', text)];
  // Socket Mode checks no signatures: a wrong clock causes wrong times only.
  const level = skewMs >= skewFailMs && SLACK_APP_TOKEN === undefined ? 'fail' : 'warn';
  return [findClock(level, `${text}; beyond 300 s Slack's signatures are refused. Set the clock (NTP)`)];
}
