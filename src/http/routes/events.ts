import type { FastifyReply, FastifyRequest } from 'fastify';
import { InvalidRequest, NotFound } from '../../domain/errors.ts';
import type { LiveEvent } from '../../domain/live.ts';
import { allows } from '../../domain/scope.ts';
import { Type } from '../../lib/schema.ts';
import type { Api } from '../api.ts';
import type { HttpDeps } from '../deps.ts';
import { scopeMissing } from '../route-scopes.ts';
import { shapes } from '../shapes.ts';
import { limitReaders } from '../sse.ts';
import { notOfTeam } from '../team-of.ts';
import { errorView } from '../views.ts';

/**
 * Adds GET /events: the last 500 live events, then new ones as they happen. An id that is not among them, such as one from before a
 * restart, does not resume: the client gets all recent events again. With `?all` it is the stream of all recorded events,
 * and with `team` that of one workspace.
 */
export function eventRoutes(app: Api, { live, workspaces, allEvents }: HttpDeps): void {
  const readers = limitReaders();
  const made = new WeakMap<LiveEvent, string>();

  /** Serializes an event once for all readers. */
  function jsonOf(event: LiveEvent): string {
    const json = made.get(event) ?? JSON.stringify(event);
    made.set(event, json);
    return json;
  }

  async function sendAll(request: FastifyRequest, reply: FastifyReply, after: string | undefined): Promise<void> {
    const { principal } = request;
    if (principal?.team !== undefined) throw notOfTeam(principal.team);
    if (!allows(principal?.grants ?? [], 'events')) throw scopeMissing(principal, ['events'], ['events']);
    if (allEvents === null) throw new NotFound('No events are recorded. Set EVENTS=on.');
    if (after !== undefined && !/^\d{1,15}$/.test(after)) {
      throw new InvalidRequest(
        'last-event-id',
        `Last-Event-ID "${after}" is not the id of an event; 0 begins with the oldest one`,
      );
    }
    await allEvents(request, reply, after === undefined ? null : Number(after), request.askedTeam);
  }

  app.get(
    '/events',
    {
      config: { scope: ['read', 'events'], perTeam: true },
      schema: {
        tags: ['state'],
        summary:
          'The live feed as server-sent events; with `?all` every recorded event of every workspace, or of `team`. Resumable with Last-Event-ID',
        querystring: Type.Object({
          all: Type.Optional(
            Type.String({
              pattern: shapes.onOrOff,
              description:
                'Empty or `true`: all recorded events (docs/events.md), with the scope `events`; with `team` those of one workspace.',
            }),
          ),
        }),
        headers: Type.Object({ 'last-event-id': Type.Optional(Type.String({ maxLength: 100 })) }),
        response: {
          200: {
            description: 'Events called `live`, with `?all` `message`, each with a JSON object; endless.',
            content: { 'text/event-stream': { schema: Type.String() } },
          },
          404: errorView,
          429: errorView,
        },
      },
    },
    (request, reply) => {
      const { query, headers } = request;
      if (query.all !== undefined && query.all !== 'false')
        return sendAll(request as never, reply as never, headers['last-event-id']);
      const stream = readers.open(request, reply);
      const team = request.workspace.team();
      // Events about no workspace, such as the health of a part, are shown to the operator.
      const isShown = (event: LiveEvent) => !workspaces.areSeveral || (event.team || workspaces.home().team()) === team;
      const send = (event: LiveEvent) => {
        if (isShown(event)) stream.sendJson('live', jsonOf(event), event.id);
      };
      for (const event of live.since(headers['last-event-id'] ?? null)) send(event);
      stream.onClose(live.subscribe(send));
    },
  );
}
