import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { Clock } from '../../domain/clock.ts';
import { NotFound } from '../../domain/errors.ts';
import { errorView } from '../../http/index.ts';
import { Type } from '../../lib/schema.ts';
import type { Told } from '../../ports/signals.ts';
import { grafanaSignature } from './grafana-signature.ts';
import type { Group } from './group.ts';
import { fromGrafana, grafanaNotification, type Notification, notification } from './notification.ts';
import { refuseStrangers } from './payloads.ts';

const outcomeView = Type.Object({
  msg: Type.String(),
  id: Type.Union([Type.String({ format: 'uuid' }), Type.Null()], {
    description: 'For GET /ultronex/messages/{id}; null when nothing is posted.',
  }),
});
const notTaken = { ...errorView, description: 'Nothing was accepted; the sender retries.' };

type Take = (notification: Notification, kind: Group['kind']) => Promise<Told>;

/** Returns the route of Alertmanager's webhook, under /ultronex/hooks. */
export function alertmanagerRoute(take: Take): FastifyPluginAsync {
  const plugin: FastifyPluginAsyncTypebox = async (app) => {
    app.post(
      '/alertmanager',
      {
        config: { scope: 'hook:alertmanager' },
        preValidation: async (request) => refuseStrangers(request.body, 'alertmanager'),
        schema: {
          tags: ['alerts'],
          summary: 'Alertmanager’s webhook: posts one card per group of alerts, and edits it',
          body: notification,
          response: { 200: outcomeView, 422: errorView, 503: notTaken },
        },
      },
      async (request, reply) => {
        reply.send(await take(request.body, 'alertmanager'));
      },
    );
  };
  return plugin as unknown as FastifyPluginAsync;
}

/** Returns the route of Grafana's webhook, under /ultronex/hooks. @param secret null: every request needs a login */
export function grafanaRoute(take: Take, secret: string | null, clock: Pick<Clock, 'now'>): FastifyPluginAsync {
  const plugin: FastifyPluginAsyncTypebox = async (app) => {
    const signature = grafanaSignature(app as unknown as FastifyInstance, secret, clock) as object & {
      preValidation?: [];
    };
    app.post(
      '/grafana',
      {
        ...signature,
        preValidation: [
          ...[signature.preValidation ?? []].flat(),
          async (request: FastifyRequest) => refuseStrangers(request.body, 'grafana'),
        ],
        schema: {
          tags: ['alerts'],
          summary: 'Grafana’s webhook (11 to 13): posts the same cards',
          description: 'With GRAFANA_WEBHOOK_SECRET a signed request needs no login.',
          body: grafanaNotification,
          response: { 200: outcomeView, 422: errorView, 503: notTaken },
        },
      },
      async (request, reply) => {
        reply.send(await take(fromGrafana(request.body), 'grafana'));
      },
    );
  };
  return plugin as unknown as FastifyPluginAsync;
}

/** Returns the route of the list of all alerts, to which "+8 more" of a card links. */
export function listRoute(list: (delivery: string) => Promise<string | null>): FastifyPluginAsync {
  const plugin: FastifyPluginAsyncTypebox = async (app) => {
    app.get(
      '/alerts/:id',
      {
        schema: {
          tags: ['alerts'],
          summary: 'All alerts of a card with more than ten, as of the last notification, in plain text',
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
