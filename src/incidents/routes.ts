import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyPluginAsync } from 'fastify';
import { Type } from 'typebox';
import type { Told } from './incidents.ts';
import { type Notification, notification } from './notification.ts';

const told = Type.Object({
  msg: Type.String(),
  id: Type.Union([Type.String({ format: 'uuid' }), Type.Null()], {
    description: 'For GET /ultronex/messages/{id}; null when nothing is posted.',
  }),
});
const notTaken = Type.Object(
  { msg: Type.String(), field: Type.Optional(Type.String()), reason: Type.Optional(Type.String()) },
  { description: 'Nothing was taken; Alertmanager sends it again.' },
);

/** Where Alertmanager posts, under /ultronex/hooks. */
export function incidentRoutes(take: (notification: Notification) => Promise<Told>): FastifyPluginAsync {
  const plugin: FastifyPluginAsyncTypebox = async (app) => {
    app.post(
      '/alertmanager',
      {
        schema: {
          tags: ['alerts'],
          summary: 'Alertmanager’s webhook: one card a group of alerts, edited as it changes',
          body: notification,
          response: { 200: told, 503: notTaken },
        },
      },
      async (request, reply) => {
        reply.send(await take(request.body));
      },
    );
  };
  return plugin as unknown as FastifyPluginAsync;
}
