import { NoRetryAfter, UnsafeAnswer } from './outcomes.ts';

/**
 * Makes one request of the SDK, with the token in its headers. It follows no redirect, so that no other host gets the
 * token; the error names the target.
 */
export async function fetchOnce(apiUrl: URL, url: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: 'manual' });
  if (response.status === 429 && !/^\s*\d+/.test(response.headers.get('retry-after') ?? '')) {
    await response.body?.cancel();
    throw new NoRetryAfter('HTTP 429 without Retry-After');
  }
  if (response.status >= 300 && response.status < 400) {
    await response.body?.cancel();
    throw new UnsafeAnswer(
      'redirected',
      `${apiUrl.origin} redirects to ${originOf(response, apiUrl)}; set SLACK_API_URL`,
    );
  }
  const isSocket = String(url instanceof Request ? url.url : url).endsWith('/apps.connections.open');
  if (isSocket && apiUrl.protocol === 'https:') await refusePlainSocket(response.clone());
  return response;
}

function originOf(response: Response, apiUrl: URL): string {
  const location = response.headers.get('location') ?? '';
  return URL.canParse(location, apiUrl.href) ? new URL(location, apiUrl.href).origin : 'nowhere';
}

/** The address of a socket has a ticket that is as good as the token while it is valid. */
async function refusePlainSocket(response: Response): Promise<void> {
  const body = (await response.json().catch(() => null)) as { url?: unknown } | null;
  if (typeof body?.url === 'string' && !body.url.startsWith('wss://')) {
    throw new UnsafeAnswer('plain_socket', 'the address of the socket is not encrypted (wss://)');
  }
}
