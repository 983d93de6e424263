import { Type } from 'typebox';
import type { Api } from '../api.ts';
import type { HttpDeps } from '../deps.ts';

/** The first system's form of a time: `2019-10-16 16:01:05.571Z`. */
const stamp = (ms: number) => new Date(ms).toISOString().replace('T', ' ');

export function statsRoutes(app: Api, { store, startedAt }: HttpDeps): void {
  const count = (description: string) => Type.Integer({ description });
  app.get(
    '/stats',
    {
      schema: {
        tags: ['state'],
        summary: 'Counters since the first start',
        response: {
          200: Type.Object({
            uptime: Type.String({
              description:
                'The first system’s name for the time of the start, not a duration; the same as `started_at`.',
            }),
            total_msg_count: count('Events received.'),
            total_attachments_downloaded: count('Attached files downloaded.'),
            replied_msg_count: count('Commands and trigger words answered.'),
            forwarded_msg_count: count('Forwards to subscribers.'),
            total_messages_slacked: count('Messages sent to Slack.'),
            snapshot: Type.String({ description: 'When the counters were last written to disk.' }),
            started_at: Type.String({ format: 'date-time', description: 'When this program started.' }),
          }),
        },
      },
    },
    async (_request, reply) => {
      const { totals, writtenAt } = await store.counters();
      reply.send({
        uptime: stamp(startedAt),
        ...totals,
        snapshot: stamp(writtenAt),
        started_at: new Date(startedAt).toISOString(),
      });
    },
  );

  app.get(
    '/external',
    {
      schema: {
        tags: ['state'],
        summary: 'Slack’s errors and closed sockets, counted by their text',
        response: { 200: Type.Object({ errors: Type.Record(Type.String(), Type.Integer()) }) },
      },
    },
    async (_request, reply) => {
      reply.send({ errors: await store.errors() });
    },
  );
}
