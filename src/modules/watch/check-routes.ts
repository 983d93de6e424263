import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyPluginAsync } from 'fastify';
import { InvalidRequest, NotFound } from '../../domain/errors.ts';
import { incidentKeyOf } from '../../domain/open-signals.ts';
import { errorView, setBodyParsers } from '../../http/index.ts';
import { Type } from '../../lib/schema.ts';
import type { IncidentStore } from '../../ports/incident-store.ts';
import type { CheckNow } from './check-now.ts';
import type { Records } from './records.ts';
import { type Checks, checkStates } from './result.ts';
import { keyOf } from './signals.ts';
import { targetOf } from './target.ts';
import { checkView, checkWithHistory, resultView, viewCheck, viewCheckWithHistory, viewResult } from './views.ts';

export interface CheckRoutesParts {
  checks: Checks;
  checkNow: CheckNow;
  records: Records;
  store: Pick<IncidentStore, 'incidents'>;
  team(): string;
}

const tags = ['watch'];
const params = Type.Object({ name: Type.String({ minLength: 1, maxLength: 63, description: 'Of the check.' }) });
const mostIncidents = 10;

/** Returns the routes of checks, under /ultronex. */
export function checkRoutes({ checks, checkNow, records, store, team }: CheckRoutesParts): FastifyPluginAsync {
  function found(name: string) {
    const status = checks.find(name);
    if (status === null) throw new NotFound(`There is no check "${name}"; GET /ultronex/checks lists them.`);
    return status;
  }

  const plugin: FastifyPluginAsyncTypebox = async (app) => {
    setBodyParsers(app as never);

    app.get(
      '/checks',
      {
        config: { page: 'watch' },
        schema: {
          tags,
          summary: 'Checks with their states, uptime and latency, by name',
          querystring: Type.Object({
            state: Type.Optional(Type.Enum([...checkStates])),
            search: Type.Optional(
              Type.String({ minLength: 1, maxLength: 200, description: 'A part of the name or target.' }),
            ),
            cursor: Type.Optional(
              Type.String({ minLength: 1, maxLength: 63, description: '`next` of the previous page.' }),
            ),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 200 })),
          }),
          response: {
            200: Type.Object({
              checks: Type.Array(checkView),
              next: Type.Union([Type.String(), Type.Null()]),
              total: Type.Integer({ description: 'Number of checks that the filter lets through, on all pages.' }),
            }),
            422: errorView,
            503: errorView,
          },
        },
      },
      async (request, reply) => {
        const { state, search = '', cursor, limit = 200 } = request.query;
        const wanted = search.toLowerCase();
        const all = checks
          .list()
          .filter((each) => state === undefined || each.state === state)
          .filter(({ check }) => `${check.name}\n${targetOf(check.probe)}`.toLowerCase().includes(wanted));
        const rest = cursor === undefined ? all : all.slice(positionAfter(cursor, all));
        const page = rest.slice(0, limit);
        const known = await records.of(page.map(({ check }) => check.name));
        reply.send({
          checks: page.flatMap((status) => {
            const record = known.get(status.check.name);
            return record === undefined ? [] : [viewCheck(status, record)];
          }),
          next: rest.length > limit ? (page.at(-1)?.check.name ?? null) : null,
          total: all.length,
        });
      },
    );

    app.get(
      '/checks/:name',
      {
        config: { page: 'watch' },
        schema: {
          tags,
          summary: 'A check with its history and its last incidents',
          params,
          response: { 200: checkWithHistory, 404: errorView, 503: errorView },
        },
      },
      async (request, reply) => {
        const status = found(request.params.name);
        const { name } = status.check;
        const record = (await records.of([name])).get(name);
        const key = incidentKeyOf(keyOf(name));
        const { items } = await store.incidents({ team: team(), key }, null, mostIncidents);
        if (record === undefined) throw new NotFound(`There is no check "${name}".`);
        reply.send(viewCheckWithHistory(status, record, items));
      },
    );

    app.post(
      '/checks/:name/run',
      {
        config: { scope: 'incidents', audit: 'check run' },
        schema: {
          tags,
          summary: 'Make a check now; it counts like any other attempt',
          description: 'Once in 5 s for each check.',
          params,
          response: {
            200: Type.Object({ msg: Type.String(), result: resultView }),
            404: errorView,
            409: errorView,
            429: errorView,
          },
        },
      },
      async (request, reply) => {
        const { name } = found(request.params.name).check;
        request.audited = { target: name };
        const result = viewResult(await checkNow.run(name));
        request.audited = { target: name, detail: result.text.slice(0, 300) };
        reply.send({ msg: result.ok ? `${name} is fine: ${result.text}` : `${name} failed: ${result.text}`, result });
      },
    );
  };
  return plugin as unknown as FastifyPluginAsync;
}

/** The check of the cursor may be gone: the page continues with the name that follows. */
function positionAfter(cursor: string, all: ReturnType<Checks['list']>): number {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(cursor)) {
    throw new InvalidRequest('cursor', `cursor "${cursor}" is not one of ours; use "next" of the page before.`);
  }
  const at = all.findIndex(({ check }) => check.name > cursor);
  return at < 0 ? all.length : at;
}
