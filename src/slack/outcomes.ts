import { longestHoldMs } from '../domain/waits.ts';
import { causeCode } from '../lib/error-code.ts';
import type { SendOutcome } from '../ports/sender.ts';
import { reasonOfText, reasonsOf } from './reasons.ts';

/** The outcome of a call that did not succeed. */
export type Failure = Exclude<SendOutcome<never>, { kind: 'sent' }>;

/** How long the workspace waits after Slack refused the token: time for somebody to put it right. */
const authWaitMs = 30_000;

/**
 * Slack's codes that are not about the message itself; every other code means that the same call would be refused again.
 * Meanings: https://docs.slack.dev/reference/methods/chat.postMessage#errors
 * `auth`: the token is refused, for every call alike.
 * `moving`: the workspace is being migrated, "intermittently unavailable until the transition is complete".
 * `slow`: the limits by another name. `lost`: "some aspect of the operation" may have succeeded.
 */
const errorClasses = {
  auth: ['account_inactive', 'invalid_auth', 'not_authed', 'token_expired', 'token_revoked', 'user_removed_from_team'],
  moving: ['org_login_required', 'team_added_to_org', 'team_disabled'],
  slow: ['rate_limited', 'ratelimited'],
  lost: ['fatal_error', 'internal_error', 'request_timeout', 'service_unavailable'],
} as const;

/** No key of TOKEN_KEYS opens the token of the workspace. Its messages wait, as those of a workspace whose token Slack refuses. */
export const withoutToken: Failure = {
  kind: 'retry',
  ...{ afterMs: authWaitMs, scope: 'workspace', outcomeUnknown: false, error: 'not_served' },
};

const classOf = new Map<string, keyof typeof errorClasses>(
  Object.entries(errorClasses).flatMap(([name, codes]) =>
    codes.map((code) => [code, name as keyof typeof errorClasses] as const),
  ),
);

export const isAuthError = (code: string): boolean => classOf.get(code) === 'auth';

/** Thrown by our transport for a 429 that does not say how long to wait: the SDK would only give a plain `Error`. */
export class NoRetryAfter extends Error {
  override readonly name = 'NoRetryAfter';
}

/** Thrown by our transport for an answer that would take the token, or what stands for it, to where it must not go. */
export class UnsafeAnswer extends Error {
  override readonly name = 'UnsafeAnswer';
  readonly error: string;
  constructor(error: 'redirected' | 'plain_socket', detail: string) {
    super(detail);
    this.error = error;
  }
}

interface Thrown {
  code?: unknown;
  data?: { error?: unknown };
  statusCode?: unknown;
  body?: unknown;
  retryAfter?: unknown;
}

export function withReason(failure: Failure, detail: string | undefined): Failure {
  return detail === undefined ? failure : { ...failure, detail };
}

/** The errors of `WebClient.apiCall` (`@slack/web-api` 8, errors.ts), by their `code`. */
export function classify(error: unknown, method: string): Failure {
  const thrown = error as Thrown | null | undefined;
  switch (thrown?.code) {
    case 'slack_webapi_platform_error':
      return withReason(platformFailure(thrown.data?.error, method), reasonsOf(thrown.data));
    case 'slack_webapi_rate_limited_error':
      return slow(method, Number(thrown.retryAfter));
    case 'slack_webapi_http_error':
      return withReason(lost(`HTTP ${Number(thrown.statusCode)}`), reasonsOf(thrown.body) ?? reasonOfText(thrown.body));
    case 'slack_webapi_request_error':
      return networkFailure((error as { original?: unknown }).original, method);
    default:
      // The body broke off after the headers: the SDK reads it outside of its own error handling.
      return networkFailure(error, method);
  }
}

function platformFailure(code: unknown, method: string): Failure {
  // The SDK passes a body that is not JSON as the "error": a proxy's page, or an empty answer.
  if (typeof code !== 'string' || !/^[a-z][a-z0-9_]{1,63}$/.test(code)) return lost('not JSON');
  switch (classOf.get(code)) {
    case 'auth':
    case 'moving':
      return { kind: 'retry', afterMs: authWaitMs, scope: 'workspace', outcomeUnknown: false, error: code };
    case 'slow':
      return slow(method, Number.NaN);
    case 'lost':
      return lost(code);
    default:
      return { kind: 'refused', error: code };
  }
}

/** Posting is limited per channel, everything else per method and workspace: https://docs.slack.dev/apis/web-api/rate-limits */
function slow(method: string, retryAfterSeconds: number): Failure {
  const afterMs = retryAfterSeconds > 0 ? Math.min(retryAfterSeconds * 1000, longestHoldMs) : null;
  const scope = method === 'chat.postMessage' || method === 'chat.postEphemeral' ? 'channel' : 'workspace';
  return { kind: 'retry', afterMs, scope, outcomeUnknown: false, error: 'ratelimited' };
}

function lost(error: string): Failure {
  return { kind: 'retry', afterMs: null, scope: 'channel', outcomeUnknown: true, error };
}

/** Nothing left this machine, so nothing can have been posted. */
const neverSent =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|CERT_.*|ERR_TLS.*|ERR_SSL.*|UNABLE_TO_.*|SELF_SIGNED.*|DEPTH_ZERO.*)$/;

function networkFailure(error: unknown, method: string): Failure {
  if (error instanceof NoRetryAfter) return slow(method, Number.NaN);
  if (error instanceof UnsafeAnswer) {
    return {
      kind: 'retry',
      afterMs: authWaitMs,
      scope: 'workspace',
      outcomeUnknown: false,
      error: error.error,
      detail: error.message,
    };
  }
  const code = causeCode(error);
  if (neverSent.test(code)) return { ...lost(code), outcomeUnknown: false } as Failure;
  return lost((error as Error | undefined)?.name === 'TimeoutError' ? 'timeout' : 'network');
}
