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

/** `request.host` is X-Forwarded-Host when a proxy that we trust says so: some set Host to our own address. */
function isCrossSite(request: FastifyRequest): boolean {
  const { headers } = request;
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'cross-site' || site === 'same-site';
  return headers.origin !== undefined && hostOf(headers.origin) !== request.host;
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
