import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyPluginAsync } from 'fastify';
import type { Clock } from '../../domain/clock.ts';
import { formatDuration, parseDuration } from '../../domain/duration.ts';
import { InvalidRequest } from '../../domain/errors.ts';
import { errorView, setBodyParsers } from '../../http/index.ts';
import { Type } from '../../lib/schema.ts';
import { longestWindowMs, type Maintenance } from './maintenance.ts';
import { viewWindow, windowView } from './views.ts';

export interface MaintenanceRoutesParts {
  clock: Pick<Clock, 'now'>;
  maintenance: Maintenance;
}

const tags = ['incidents'];

/** Returns the routes of maintenance windows, under /ultronex. */
export function maintenanceRoutes({ clock, maintenance }: MaintenanceRoutesParts): FastifyPluginAsync {
  const plugin: FastifyPluginAsyncTypebox = async (app) => {
    setBodyParsers(app as never);

    app.get(
      '/incidents/maintenance',
      {
        schema: {
          tags,
          summary: 'Maintenance windows that have not ended',
          response: { 200: Type.Object({ maintenance: Type.Array(windowView) }) },
        },
      },
      async (_request, reply) => {
        reply.send({ maintenance: (await maintenance.windows(clock.now())).map(viewWindow) });
      },
    );

    app.post(
      '/incidents/maintenance',
      {
        config: { scope: 'incidents', audit: 'maintenance begin' },
        schema: {
          tags,
          summary: 'Open a maintenance window: nobody is told of new incidents until it ends',
          body: Type.Object({
            for: Type.String({ minLength: 1, maxLength: 60, description: '`2h`; 7 days at most.' }),
            reason: Type.Optional(Type.String({ maxLength: 300 })),
          }),
          response: { 201: windowView, 422: errorView, 503: errorView },
        },
      },
      async (request, reply) => {
        const { for: written, reason = '' } = request.body;
        const ms = /^[\d.]+$/.test(written.trim()) ? null : parseDuration(written);
        if (ms === null || ms > longestWindowMs) {
          throw new InvalidRequest('for', `for "${written}" is no length of time up to 7 days; write 30m, 2h or 1d`);
        }
        const now = clock.now();
        const by = request.principal?.actor ?? ({ kind: 'user', name: '' } as const);
        const window = { from: now, until: now + ms, reason, by };
        request.audited = { target: formatDuration(ms), detail: reason };
        await maintenance.begin(window, now);
        reply.status(201).send(viewWindow(window));
      },
    );

    app.delete(
      '/incidents/maintenance',
      {
        config: { scope: 'incidents', audit: 'maintenance end' },
        schema: {
          tags,
          summary: 'End all maintenance windows',
          response: { 200: Type.Object({ ended: Type.Integer() }), 503: errorView },
        },
      },
      async (request, reply) => {
        const ended = await maintenance.end(clock.now());
        request.audited = { target: `${ended} ${ended === 1 ? 'window' : 'windows'}` };
        reply.send({ ended });
      },
    );
  };
  return plugin as unknown as FastifyPluginAsync;
}
