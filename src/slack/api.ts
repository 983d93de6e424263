import type { WebClient, WebClientOptions } from '@slack/web-api';
import { redact } from '../lib/redact.ts';
import { sdkLogger } from './logger.ts';
import type { SlackSetup } from './options.ts';
import { classify, type Failure, isAuthError, withoutToken } from './outcomes.ts';
import { createErrorTexts } from './reasons.ts';
import type { SlackStatus } from './status.ts';
import { fetchOnce } from './transport.ts';

export type Answer = { ok: true; body: Record<string, unknown> } | { ok: false; failure: Failure };

/** Slack's Web API. A call is one attempt, and never rejects. */
export interface SlackApi {
  /** `expected`: errors that the caller expects; they are neither counted nor logged. */
  call(method: string, args: Record<string, unknown>, expected?: readonly string[]): Promise<Answer>;
}

/**
 * Options for one SDK object; call it anew for each, for the SDK writes into the object that it is given.
 * - no `headers`: WebClient writes the first token into that shared object (a reply could leave with another team's token);
 * - `retryConfig`: left open, Socket Mode puts 100 retries there, and a retry after a lost answer posts twice;
 * - `rejectRateLimitedCalls`: otherwise one 429 pauses every call of the client.
 */
export function clientOptions(setup: Pick<SlackSetup, 'apiUrl' | 'timings' | 'log'>): WebClientOptions {
  return {
    slackApiUrl: setup.apiUrl.href,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: setup.timings.callMs,
    logger: sdkLogger(setup.log),
    fetch: ((url, init) => fetchOnce(setup.apiUrl, url, init)) as WebClientOptions['fetch'],
  };
}

/** Uses one WebClient without a token. Each call passes its token, so nothing is kept per token. */
export function createApi(
  client: Pick<WebClient, 'apiCall'>,
  setup: Pick<SlackSetup, 'token' | 'log' | 'onError' | 'onRefused'>,
  status: Pick<SlackStatus, 'authLost' | 'authOk'>,
): SlackApi {
  const errorText = createErrorTexts();
  return {
    async call(method, args, expected = []) {
      const token = setup.token();
      // It was logged when the installation was read.
      if (token === null) return { ok: false, failure: withoutToken };
      try {
        const body = await client.apiCall(method, { ...args, token });
        status.authOk();
        return { ok: true, body: body as unknown as Record<string, unknown> };
      } catch (error) {
        const failure = classify(error, method);
        if (expected.includes(failure.error)) return { ok: false, failure };
        setup.onError(errorText(failure));
        if (isAuthError(failure.error)) {
          status.authLost(failure.error);
          setup.onRefused(failure.error);
        }
        setup.log.warn(
          { method, error: failure.error, detail: failure.detail ?? redact(String(error)).slice(0, 200) },
          'Slack call failed',
        );
        return { ok: false, failure };
      }
    },
  };
}
