import type { IncomingMessage } from 'node:http';
import { shortened } from '../../../lib/shortened.ts';
import type { HttpProbe } from '../../../watch-files/index.ts';
import { isExpected } from './expectations.ts';
import { Failed } from './run.ts';

/** One request of a check: its first one, or one after a redirect. */
export interface Hop {
  url: URL;
  method: string;
  headers: Readonly<Record<string, string>>;
  body: string | null;
}

/** Returns whether a response is followed. A redirect whose status is expected is the response. */
export function isRedirect({ statusCode = 0, headers }: IncomingMessage, { redirects, status }: HttpProbe): boolean {
  const leads = [301, 302, 303, 307, 308].includes(statusCode) && headers.location !== undefined;
  return leads && redirects > 0 && !isExpected(statusCode, status);
}

/**
 * Returns the request that a redirect leads to. The user's headers, which may have secrets, are for the origin that they
 * were written for.
 * @param followed redirects so far
 * @throws Failed
 */
export function nextHop(
  hop: Hop,
  { statusCode = 0, headers }: IncomingMessage,
  probe: HttpProbe,
  followed: number,
): Hop {
  // Node reads headers as Latin-1.
  const to = Buffer.from(headers.location ?? '', 'latin1').toString();
  if (!URL.canParse(to, hop.url.href)) throw new Failed('response', 'The redirect leads to no valid address.');
  const url = new URL(to, hop.url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new Failed('refused', `The redirect leads to ${shortened(url.protocol)}, which is neither http nor https.`);
  }
  if (followed >= probe.redirects) {
    throw new Failed('response', `More than ${probe.redirects} redirects; the last one leads to ${shown(url)}.`);
  }
  // As browsers do it (fetch.spec.whatwg.org, "HTTP-redirect fetch").
  const asGet =
    (statusCode === 303 && hop.method !== 'HEAD') || ([301, 302].includes(statusCode) && hop.method === 'POST');
  const kept = url.origin === hop.url.origin ? Object.entries(hop.headers) : [];
  return {
    url,
    method: asGet ? 'GET' : hop.method,
    body: asGet ? null : hop.body,
    headers: Object.fromEntries(asGet ? kept.filter(([name]) => !/^content-/i.test(name)) : kept),
  };
}

/** An address without its query, which may have secrets. */
export const shown = (url: URL) => shortened(`${url.origin}${url.pathname}`, 200);
