import { Type } from 'typebox';
import type { LiveEvent } from '../../domain/live.ts';
import type { Api } from '../api.ts';
import type { HttpDeps } from '../deps.ts';
import { limitReaders } from '../sse.ts';
import { errorView } from '../views.ts';

/** Server-sent events: the last 500, then what happens. Ids are `start-number`, so that a restart replays all it has. */
export function eventRoutes(app: Api, { live, startedAt }: HttpDeps): void {
  const epoch = startedAt.toString(36);
  const readers = limitReaders();
  const made = new WeakMap<LiveEvent, string>();

  /** Made once for all readers. */
  function jsonOf(event: LiveEvent): string {
    const json = made.get(event) ?? JSON.stringify(event);
    made.set(event, json);
    return json;
  }

  app.get(
    '/events',
    {
      schema: {
        tags: ['state'],
        summary: 'The live feed as server-sent events; resumable with Last-Event-ID',
        headers: Type.Object({ 'last-event-id': Type.Optional(Type.String({ maxLength: 100 })) }),
        response: {
          200: {
            description: 'Events called `live`, each with a JSON object; endless.',
            content: { 'text/event-stream': { schema: Type.String() } },
          },
          429: errorView,
        },
      },
    },
    (request, reply) => {
      const stream = readers.open(request, reply);
      const send = (event: LiveEvent) => stream.sendJson('live', jsonOf(event), `${epoch}-${event.id}`);
      for (const event of live.since(resumedAt(request.headers['last-event-id'], epoch))) send(event);
      stream.onClose(live.subscribe(send));
    },
  );
}

function resumedAt(lastEventId: unknown, epoch: string): number | null {
  const [, start, number] = /^([a-z0-9]+)-(\d+)$/.exec(String(lastEventId)) ?? [];
  return start === epoch ? Number(number) : null;
}
