import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import { UltronexError } from '../../domain/errors.ts';
import type { HttpDeps } from '../deps.ts';
import { routesWithPages } from './pages.ts';

/** The settings turn this part off; the message says how to turn it on. */
class FeatureOff extends UltronexError {
  override readonly code = 'ERR_FEATURE_OFF';
  override readonly status = 403;
}

const changing = ['POST', 'DELETE', 'PATCH', 'PUT'];

/** Adds routes for each part that is off: they return 403 with the reason and the setting to turn it on, not a 404. */
export function offRoutes(
  app: FastifyInstance,
  { off, pages, webRoot }: Pick<HttpDeps, 'off' | 'pages' | 'webRoot'>,
  requireLogin: onRequestHookHandler,
): void {
  for (const { name, text, setting, hasRoutes } of off) {
    if (!hasRoutes) continue;
    const refuse = async () => {
      throw new FeatureOff(`${text} To turn it on: ${setting.replace('\n', ' ')}`);
    };
    const options = {
      schema: { hide: true },
      // Before the body is parsed, so that a malformed one does not hide the reason.
      onRequest: [requireLogin, refuse],
      handler: (_request: FastifyRequest, reply: FastifyReply) => reply.send(),
    };
    const page = pages.find((each) => each.name === name);
    app.route({ ...options, url: `/${name}`, method: page === undefined ? ['GET', ...changing] : changing });
    app.route({ ...options, url: `/${name}/*`, method: ['GET', ...changing] });
    if (!page?.isRoute) continue;
    // Its routes would send the page, which says the same.
    void app.register(async (scope) => {
      routesWithPages(scope, { webRoot });
      scope.get(`/${name}`, { schema: { hide: true }, config: { page: name }, onRequest: requireLogin }, refuse);
    });
  }
}
