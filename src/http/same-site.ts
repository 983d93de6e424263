import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from './problems.ts';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * A browser that knows the password sends it with every request, also with those that another site makes it send.
 * Browsers say where a request comes from (Sec-Fetch-Site, or Origin in old ones); scripts say neither and pass.
 */
export function refuseCrossSite(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  if (safeMethods.has(request.method) || !isCrossSite(request)) done();
  else {
    const msg = 'This request comes from another site; open the page of this server itself.';
    sendProblem(request, reply, 403, { msg });
  }
}

/**
 * Whether a browser says that a page of another site made it send this. Scripts send neither header: false.
 * `request.host` is X-Forwarded-Host when a trusted proxy says so: some proxies set Host to our own address.
 */
export function isCrossSite({ headers, host }: Pick<FastifyRequest, 'headers' | 'host'>): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  return headers.origin !== undefined && hostOf(headers.origin) !== host;
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
