import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { Clock } from '../../domain/clock.ts';
import type { HistoryEntry, Incident } from '../../domain/incident.ts';
import type { Names } from '../../domain/visible-text.ts';
import { errorView, setBodyParsers } from '../../http/index.ts';
import { Type } from '../../lib/schema.ts';
import type { IncidentStore } from '../../ports/incident-store.ts';
import type { LedgerStore } from '../../ports/ledger-store.ts';
import type { Desk, Wish } from './desk.ts';
import type { Maintenance } from './maintenance.ts';
import { personOf } from './people.ts';
import { incidentView, incidentWithHistory, viewEntry, viewIncident, viewWindow, windowView } from './views.ts';

export interface IncidentRoutesParts {
  store: IncidentStore & Pick<LedgerStore, 'delivery'>;
  clock: Pick<Clock, 'now'>;
  team(): string;
  desk: Desk;
  maintenance: Maintenance;
  names: Pick<Names, 'user'>;
  /** Returns the skeleton of a post-mortem, in Markdown. */
  markdown(incident: Incident, history: readonly HistoryEntry[]): Promise<string>;
}

const tags = ['incidents'];
const failures = { 404: errorView, 409: errorView, 422: errorView, 503: errorView };
const params = Type.Object({ number: Type.String({ pattern: '^[0-9]{1,9}$', description: 'Of the incident.' }) });
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const done = Type.Object({ msg: Type.String(), incident: incidentView });

/** Returns the routes of incidents, under /ultronex. */
export function incidentRoutes(parts: IncidentRoutesParts): FastifyPluginAsync {
  const { store, clock, desk, maintenance, names } = parts;

  async function view(incident: Incident) {
    const card = incident.card === null ? null : await store.delivery(incident.card);
    return viewIncident(incident, card, clock.now());
  }

  async function act(request: Pick<FastifyRequest, 'principal'>, number: string, wish: Wish) {
    const person = personOf(request.principal?.actor ?? { kind: 'user', name: '' }, names);
    const { msg, incident } = await desk.act(Number(number), wish, person);
    return { msg, incident: await view(incident) };
  }

  const plugin: FastifyPluginAsyncTypebox = async (app) => {
    setBodyParsers(app as never);

    app.get(
      '/incidents',
      {
        config: { page: 'incidents' },
        schema: {
          tags,
          summary: 'Incidents, newest first, and the maintenance windows',
          querystring: Type.Object({
            state: Type.Optional(Type.Enum(['open', 'resolved', 'all'], { default: 'all' })),
            search: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'A part of the title.' })),
            cursor: Type.Optional(
              Type.String({ minLength: 1, maxLength: 100, description: '`next` of the previous page.' }),
            ),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 })),
          }),
          response: {
            200: Type.Object({
              incidents: Type.Array(incidentView),
              next: Type.Union([Type.String(), Type.Null()]),
              maintenance: Type.Array(windowView),
            }),
            422: errorView,
          },
        },
      },
      async (request, reply) => {
        const { state = 'all', search, cursor = null, limit = 50 } = request.query;
        const filter = { team: parts.team(), search, ...(state !== 'all' && { open: state === 'open' }) };
        const { items, next } = await store.incidents(filter, cursor, limit);
        const windows = await maintenance.windows(clock.now());
        reply.send({ incidents: await Promise.all(items.map(view)), next, maintenance: windows.map(viewWindow) });
      },
    );

    app.get(
      '/incidents/:number',
      {
        config: { page: 'incidents' },
        // The address of the list of all alerts in an older program, which its cards link to.
        onRequest: async (request, reply) => {
          const { number } = request.params;
          if (uuid.test(number)) return reply.redirect(`/ultronex/incidents/alerts/${number}`);
        },
        schema: {
          tags,
          summary: 'An incident with its history',
          description: 'With `Accept: text/markdown` the response is the skeleton of a post-mortem.',
          params,
          response: { 200: incidentWithHistory, 404: errorView },
        },
      },
      async (request, reply) => {
        const incident = await desk.find(Number(request.params.number));
        const history = await store.incidentHistory(incident.number);
        if (/\btext\/markdown\b/.test(request.headers.accept ?? '')) {
          const text = await parts.markdown(incident, history);
          // Past the schema of the JSON response.
          return reply
            .type('text/markdown; charset=utf-8')
            .serializer(String)
            .send(text as never);
        }
        reply.send({ ...(await view(incident)), history: history.map(viewEntry) });
      },
    );

    app.post(
      '/incidents/:number/ack',
      {
        config: { scope: 'incidents', audit: 'incident ack' },
        schema: {
          tags,
          summary: 'Acknowledge an incident: its reminders stop',
          params,
          response: { 200: done, ...failures },
        },
      },
      async (request, reply) => {
        const { number } = request.params;
        request.audited = { target: `#${number}` };
        reply.send(await act(request, number, { act: 'ack' }));
      },
    );

    app.post(
      '/incidents/:number/silence',
      {
        config: { scope: 'incidents', audit: 'incident silence' },
        schema: {
          tags,
          summary: 'Silence an incident, also in Alertmanager if it comes from there',
          params,
          body: Type.Object({
            for: Type.String({
              minLength: 1,
              maxLength: 60,
              description: '`2h` (30 days at most), `until solved`, or `off`.',
            }),
          }),
          response: { 200: done, ...failures },
        },
      },
      async (request, reply) => {
        const { number } = request.params;
        request.audited = { target: `#${number}`, detail: request.body.for };
        reply.send(await act(request, number, { act: 'silence', for: request.body.for }));
      },
    );

    app.post(
      '/incidents/:number/resolve',
      {
        config: { scope: 'incidents', audit: 'incident resolve' },
        // `curl -X POST` sends no body.
        preValidation: async (request) => {
          request.body ??= {};
        },
        schema: {
          tags,
          summary: 'Resolve an incident by hand',
          description: 'The same report again opens no new incident; a report with anything new does.',
          params,
          body: Type.Optional(Type.Object({ note: Type.Optional(Type.String({ maxLength: 1_000 })) })),
          response: { 200: done, ...failures },
        },
      },
      async (request, reply) => {
        const { number } = request.params;
        const { note = '' } = request.body ?? {};
        request.audited = { target: `#${number}`, detail: note };
        reply.send(await act(request, number, { act: 'resolve', note }));
      },
    );

    app.post(
      '/incidents/:number/stop-reminding',
      {
        config: { scope: 'incidents', audit: 'incident stop-reminding' },
        schema: { tags, summary: 'Stop the reminders of an incident', params, response: { 200: done, ...failures } },
      },
      async (request, reply) => {
        const { number } = request.params;
        request.audited = { target: `#${number}` };
        reply.send(await act(request, number, { act: 'stop-reminding' }));
      },
    );
  };
  return plugin as unknown as FastifyPluginAsync;
}
