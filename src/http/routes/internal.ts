import type { FastifyInstance } from 'fastify';
import { Type } from '../../lib/schema.ts';
import type { HttpDeps } from '../deps.ts';

/** Adds /metrics, /healthz and /readyz for Prometheus, Docker and HAProxy. HAProxy routes none of them from outside. */
export function internalRoutes(app: FastifyInstance, { metrics, ready }: HttpDeps): void {
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  app.get('/healthz', { schema: { hide: true } }, (_request, reply) => {
    reply.send({ alive: true });
  });
  // HAProxy asks with `?for=proxy`, which checks the store only: while Slack is unreachable the API and the pages still work.
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
