import type { FastifyInstance } from 'fastify';
import type { HttpDeps } from '../deps.ts';
import { wantsPage } from '../problems.ts';

/** Adds GET /: the home page for a browser, a sign of life with the time for other clients. */
export function rootRoute(app: FastifyInstance, { clock }: Pick<HttpDeps, 'clock'>): void {
  app.get('/', { schema: { hide: true } }, (request, reply) => {
    reply.header('vary', 'accept');
    if (wantsPage(request.headers.accept)) return reply.redirect('/ultronex/', 302);
    return reply.send({ status: 'ok', timestamp: new Date(clock.now()).toISOString() });
  });
}
