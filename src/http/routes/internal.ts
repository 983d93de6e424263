import type { FastifyInstance } from 'fastify';
import type { HttpDeps } from '../deps.ts';

/** For Prometheus, Docker and HAProxy on the inside; the proxy routes none of them. */
export function internalRoutes(app: FastifyInstance, { metrics, ready }: HttpDeps): void {
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  app.get('/healthz', { schema: { hide: true } }, (_request, reply) => {
    reply.send({ alive: true });
  });
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const state = await ready();
    reply.status(state.ready ? 200 : 503).send(state);
  });
}
