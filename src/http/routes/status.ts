import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import { Type } from '../../lib/schema.ts';
import type { HttpDeps } from '../deps.ts';
import { ScopeMissing, scopeProblem } from '../route-scopes.ts';
import { errorView } from '../views.ts';

/** Shown without the login, in place of details that name the workspace, its people and its channels. */
const inGeneral = { ok: 'works', degraded: 'works with restrictions', down: 'does not work' };

/** Adds GET /status, whose response has more with the login. */
export function statusRoute(app: FastifyInstance, deps: HttpDeps, requireLogin: onRequestHookHandler): void {
  const { parts, version, startedAt, simulator, namingProblems, off } = deps;
  app.get(
    '/status',
    {
      schema: {
        tags: ['health'],
        summary: 'State of the parts',
        description: 'Needs no login; with one, the response has the details of each part.',
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
                { description: 'With the login only: settings and patterns that name missing or unusable channels.' },
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
                { description: 'With the login only: parts that are off, and how to turn them on.' },
              ),
            ),
          }),
          401: errorView,
        },
      },
      onRequest(request, reply, done) {
        if (request.headers.authorization === undefined) return done();
        // A token without the scope gets what everybody gets.
        requireLogin.call(app, request, reply, (error) => done(error instanceof ScopeMissing ? undefined : error));
      },
    },
    (request, reply) => {
      const known = request.principal !== null && scopeProblem(request) === undefined;
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
