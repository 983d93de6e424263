import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyPluginAsync } from 'fastify';
import { Type } from 'typebox';
import { NotFound } from '../../domain/errors.ts';
import { errorView } from '../../http/index.ts';
import type { Group } from './group.ts';
import type { Told } from './incidents.ts';
import { fromGrafana, grafanaNotification, type Notification, notification } from './notification.ts';
import { refuseStrangers } from './payloads.ts';

const told = Type.Object({
  msg: Type.String(),
  id: Type.Union([Type.String({ format: 'uuid' }), Type.Null()], {
    description: 'For GET /ultronex/messages/{id}; null when nothing is posted.',
  }),
});
const notTaken = { ...errorView, description: 'Nothing was taken; the sender sends it again.' };

type Take = (notification: Notification, kind: Group['kind']) => Promise<Told>;

/** Where Alertmanager and Grafana post, under /ultronex/hooks. */
export function hookRoutes(take: Take): FastifyPluginAsync {
  const plugin: FastifyPluginAsyncTypebox = async (app) => {
    app.post(
      '/alertmanager',
      {
        preValidation: async (request) => refuseStrangers(request.body, 'alertmanager'),
        schema: {
          tags: ['alerts'],
          summary: 'Alertmanager’s webhook: one card a group of alerts, edited as it changes',
          body: notification,
          response: { 200: told, 422: errorView, 503: notTaken },
        },
      },
      async (request, reply) => {
        reply.send(await take(request.body, 'alertmanager'));
      },
    );
    app.post(
      '/grafana',
      {
        preValidation: async (request) => refuseStrangers(request.body, 'grafana'),
        schema: {
          tags: ['alerts'],
          summary: 'Grafana’s webhook (11 to 13): the same cards',
          body: grafanaNotification,
          response: { 200: told, 422: errorView, 503: notTaken },
        },
      },
      async (request, reply) => {
        reply.send(await take(fromGrafana(request.body), 'grafana'));
      },
    );
  };
  return plugin as unknown as FastifyPluginAsync;
}

/** Every alert of a card that lists only some: where its "+8 more" leads to. */
export function listRoute(list: (delivery: string) => Promise<string | null>): FastifyPluginAsync {
  const plugin: FastifyPluginAsyncTypebox = async (app) => {
    app.get(
      '/:id',
      {
        schema: {
          tags: ['alerts'],
          summary: 'Every alert of a card with more than ten, as they were told last, in plain text',
          params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
          response: {
            200: { description: 'One paragraph an alert.', content: { 'text/plain': { schema: Type.String() } } },
            404: errorView,
            422: errorView,
          },
        },
      },
      async (request, reply) => {
        const text = await list(request.params.id);
        if (text === null) {
          throw new NotFound(`There is no list of alerts for "${request.params.id}": its card shows all there are.`);
        }
        reply.type('text/plain; charset=utf-8').send(text);
      },
    );
  };
  return plugin as unknown as FastifyPluginAsync;
}
