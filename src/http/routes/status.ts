import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { HttpDeps } from '../deps.ts';

/** How the parts are; open, so it says no names and no numbers of the workspace. */
export function statusRoute(app: FastifyInstance, { parts, version, startedAt, simulator }: HttpDeps): void {
  app.get(
    '/status',
    {
      schema: {
        tags: ['health'],
        summary: 'State of the parts',
        security: [],
        response: {
          200: Type.Object({
            version: Type.String(),
            startedAt: Type.String({ format: 'date-time' }),
            simulator: Type.Boolean({ description: 'No Slack is configured.' }),
            parts: Type.Array(
              Type.Object({ name: Type.String(), state: Type.Enum(['ok', 'degraded', 'down']), detail: Type.String() }),
            ),
          }),
        },
      },
    },
    (_request, reply) => {
      reply.send({ version, startedAt: new Date(startedAt).toISOString(), simulator, parts: parts() });
    },
  );
}
