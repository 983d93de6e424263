import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import { Type } from 'typebox';
import type { HttpDeps } from '../deps.ts';
import { errorView } from '../views.ts';

/** For those without the password: no name of the workspace, of its people and channels. */
const inGeneral = { ok: 'works', degraded: 'works with restrictions', down: 'does not work' };

export function statusRoute(app: FastifyInstance, deps: HttpDeps, requireLogin: onRequestHookHandler): void {
  const { parts, version, startedAt, simulator, namingProblems, off } = deps;
  app.get(
    '/status',
    {
      schema: {
        tags: ['health'],
        summary: 'State of the parts',
        description: 'Open to everybody; with the password also what each part says of itself.',
        security: [{}, { basic: [] }],
        response: {
          200: Type.Object({
            version: Type.String(),
            startedAt: Type.String({ format: 'date-time' }),
            simulator: Type.Boolean({ description: 'No Slack is configured.' }),
            parts: Type.Array(
              Type.Object({ name: Type.String(), state: Type.Enum(['ok', 'degraded', 'down']), detail: Type.String() }),
            ),
            settings: Type.Optional(
              Type.Array(
                Type.Object({
                  setting: Type.String(),
                  channel: Type.String(),
                  problem: Type.Enum(['missing', 'archived', 'renamed', 'not_member']),
                  text: Type.String(),
                }),
                { description: 'With the login only: settings and patterns that name channels which are not there.' },
              ),
            ),
            off: Type.Optional(
              Type.Array(
                Type.Object({
                  name: Type.String(),
                  text: Type.String(),
                  setting: Type.String({ description: 'Lines for .env, or a command.' }),
                  guide: Type.String({ description: 'Section of /ultronex/guide.' }),
                }),
                { description: 'With the login only: parts that are not in use, and how they are turned on.' },
              ),
            ),
          }),
          401: errorView,
        },
      },
      onRequest(request, reply, done) {
        if (request.headers.authorization === undefined) done();
        else requireLogin.call(app, request, reply, done);
      },
    },
    (request, reply) => {
      const known = request.headers.authorization !== undefined;
      reply.send({
        version,
        startedAt: new Date(startedAt).toISOString(),
        simulator,
        parts: known ? parts() : parts().map(({ name, state }) => ({ name, state, detail: inGeneral[state] })),
        ...(known && { settings: namingProblems(), off: [...off] }),
      });
    },
  );
}
