import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from './problems.ts';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses cross-site requests with 403 (CSRF): a browser adds the stored password also to requests that another site
 * triggers. Browsers name the origin (Sec-Fetch-Site, or Origin in old ones); scripts send neither header and pass.
 */
export function refuseCrossSite(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  if (safeMethods.has(request.method) || !isCrossSite(request)) done();
  else {
    const msg = 'This request comes from another site; open the page of this server itself.';
    sendProblem(request, reply, 403, { msg });
  }
}

/**
 * Returns whether a page of another site triggered this request, by the browser's headers; false without them.
 * Behind a trusted proxy `host` is X-Forwarded-Host, since some proxies set Host to the address of this server.
 */
export function isCrossSite({ headers, host }: Pick<FastifyRequest, 'headers' | 'host'>): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  return headers.origin !== undefined && hostOf(headers.origin) !== host;
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
