import { createHmac } from 'node:crypto';

/** How to sign, so that a test can also forge. */
export interface Signing {
  secret?: string;
  /** Seconds since the epoch. */
  timestampS?: number;
}

export type Posted = { status: number; body: string; noRetry: boolean } | { failed: 'timeout' | 'connection_failed' };

/** `v0=` and the HMAC of `v0:timestamp:body` (https://docs.slack.dev/authentication/verifying-requests-from-slack). */
export function signature(secret: string, timestampS: number, body: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestampS}:${body}`).digest('hex')}`;
}

export async function signedPost(
  url: string,
  body: string,
  contentType: string,
  options: { signing: Required<Signing>; timeoutMs: number; headers?: Record<string, string>; stop: AbortSignal },
): Promise<Posted> {
  const { signing, timeoutMs, stop } = options;
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), stop]),
      headers: {
        'content-type': contentType,
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        'x-slack-request-timestamp': String(signing.timestampS),
        'x-slack-signature': signature(signing.secret, signing.timestampS, body),
        ...options.headers,
      },
    });
    const noRetry = response.headers.get('x-slack-no-retry') === '1';
    return { status: response.status, body: await response.text(), noRetry };
  } catch (error) {
    return { failed: (error as Error).name === 'TimeoutError' ? 'timeout' : 'connection_failed' };
  }
}
