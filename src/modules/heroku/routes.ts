import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyPluginAsync } from 'fastify';
import type { Static } from 'typebox';
import { errorView } from '../../http/index.ts';
import { nullable } from '../../lib/nullable.ts';
import { Type } from '../../lib/schema.ts';
import { appName } from './commands.ts';
import type { HerokuApps } from './types.ts';
import { appView, viewOf } from './view.ts';

const appsView = Type.Object({
  apps: Type.Array(appView),
  requestsLeft: nullable(
    Type.Integer({ description: 'Requests that are left of the 4,500 an hour of the account; null: unknown.' }),
  ),
});

export type AppsView = Static<typeof appsView>;

/** Returns the routes of apps, under /ultronex. */
export function herokuRoutes(apps: HerokuApps): FastifyPluginAsync {
  const plugin: FastifyPluginAsyncTypebox = async (app) => {
    app.get(
      '/heroku',
      {
        schema: {
          tags: ['heroku'],
          summary: 'The watched apps on Heroku, as they were read last',
          response: { 200: appsView },
        },
      },
      (_request, reply) => {
        reply.send({ apps: apps.list().map(viewOf), requestsLeft: apps.remaining() });
      },
    );
    app.get(
      '/heroku/:app',
      {
        schema: {
          tags: ['heroku'],
          summary: 'An app on Heroku, watched or not, which is read now',
          description: 'When Heroku gives no answer, `problem` has the reason, and the rest is what was read last.',
          params: Type.Object({ app: Type.String({ pattern: appName.source }) }),
          response: { 200: appView, 422: errorView },
        },
      },
      async (request, reply) => {
        reply.send(viewOf(await apps.read(request.params.app)));
      },
    );
  };
  return plugin as unknown as FastifyPluginAsync;
}
