import type { FastifyInstance } from 'fastify';
import { Type } from '../../lib/schema.ts';

const body = JSON.stringify({ msg: "I don't have a heart but I am alive!" });

/** Adds GET /heartbeat, the fastest route: no login, no checks. */
export function heartbeatRoute(app: FastifyInstance): void {
  app.get(
    '/heartbeat',
    {
      schema: {
        tags: ['health'],
        summary: 'Is it alive?',
        security: [],
        response: { 200: Type.Object({ msg: Type.String() }) },
      },
      // The body never changes, so it is serialized once.
      serializerCompiler: () => (data) => data as string,
    },
    (_request, reply) => {
      reply.header('content-type', 'application/json; charset=utf-8').send(body);
    },
  );
}
