import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import { UltronexError } from '../../domain/errors.ts';
import type { HttpDeps } from '../deps.ts';

/** A part that the settings leave out; the message says how it is turned on. */
class FeatureOff extends UltronexError {
  override readonly code = 'ERR_FEATURE_OFF';
  override readonly status = 403;
}

/** In place of the routes of a part that is off: why, and how it is turned on, instead of a 404. */
export function offRoutes(
  app: FastifyInstance,
  { off }: Pick<HttpDeps, 'off'>,
  requireLogin: onRequestHookHandler,
): void {
  for (const { name, text, setting, hasRoutes } of off) {
    if (!hasRoutes) continue;
    app.route({
      url: `/${name}/*`,
      method: ['GET', 'POST', 'DELETE', 'PATCH', 'PUT'],
      schema: { hide: true },
      // Before a body is read: what it says does not matter.
      onRequest: [
        requireLogin,
        async () => {
          throw new FeatureOff(`${text} To turn it on: ${setting.replace('\n', ' ')}`);
        },
      ],
      handler: (_request, reply) => reply.send(),
    });
  }
}
