import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyPluginAsync } from 'fastify';
import type { Clock } from '../../domain/clock.ts';
import { Type } from '../../lib/schema.ts';
import type { PlannedMaintenance } from '../../watch-files/index.ts';
import type { Beats } from './beats/types.ts';
import { plannedWindows } from './planned.ts';
import type { CheckState, Checks } from './result.ts';
import { beatView, checkCounts, plannedView, viewBeat, viewPlanned } from './views.ts';

export interface WatchRouteParts {
  checks: Pick<Checks, 'list'>;
  beats: Pick<Beats, 'list'>;
  planned(): readonly PlannedMaintenance[];
  clock: Pick<Clock, 'now'>;
}

/** Returns the route of the page "Watch", under /ultronex. */
export function watchRoute({ checks, beats, planned, clock }: WatchRouteParts): FastifyPluginAsync {
  const plugin: FastifyPluginAsyncTypebox = async (app) => {
    app.get(
      '/watch',
      {
        config: { page: 'watch' },
        schema: {
          tags: ['watch'],
          summary: 'Number of checks by state, the beats, and the planned maintenance',
          response: {
            200: Type.Object({
              checks: checkCounts,
              beats: Type.Array(beatView),
              maintenance: Type.Array(plannedView, { description: 'Of each one the open window, or the next one.' }),
            }),
          },
        },
      },
      async (_request, reply) => {
        reply.send({
          checks: countsOf(checks.list()),
          beats: beats.list().map(viewBeat),
          maintenance: plannedWindows(planned(), clock.now()).map(viewPlanned),
        });
      },
    );
  };
  return plugin as unknown as FastifyPluginAsync;
}

/** Returns the number of checks in each state. */
export function countsOf(all: ReturnType<Checks['list']>): Record<CheckState, number> {
  const counts = { pending: 0, up: 0, failing: 0, down: 0, maintenance: 0 };
  for (const { state } of all) counts[state] += 1;
  return counts;
}
