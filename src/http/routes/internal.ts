import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { HttpDeps } from '../deps.ts';

/** For Prometheus, Docker and HAProxy on the inside; the proxy routes none of them. */
export function internalRoutes(app: FastifyInstance, { metrics, ready }: HttpDeps): void {
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  app.get('/healthz', { schema: { hide: true } }, (_request, reply) => {
    reply.send({ alive: true });
  });
  // A proxy that stops sending requests while Slack is away would take the API and the pages down as well: it asks
  // `?for=proxy`, about the store alone.
  const querystring = Type.Object({ for: Type.Optional(Type.Literal('proxy')) });
  app.get<{ Querystring: { for?: 'proxy' } }>(
    '/readyz',
    { schema: { hide: true, querystring } },
    async (request, reply) => {
      const state = await ready({ storeOnly: request.query.for === 'proxy' });
      reply.status(state.ready ? 200 : 503).send(state);
    },
  );
}
