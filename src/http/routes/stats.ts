import { Type } from '../../lib/schema.ts';
import type { Api } from '../api.ts';
import type { HttpDeps } from '../deps.ts';

/** Formats a time as existing clients expect it: `2019-10-16 16:01:05.571Z`. */
const stamp = (ms: number) => new Date(ms).toISOString().replace('T', ' ');

/** Adds GET /stats and GET /external: counters. */
export function statsRoutes(app: Api, { store, startedAt }: HttpDeps): void {
  const count = (description: string) => Type.Integer({ description });
  app.get(
    '/stats',
    {
      config: { scope: 'read', perTeam: true },
      schema: {
        tags: ['state'],
        summary: 'Counters since the first start',
        response: {
          200: Type.Object({
            uptime: Type.String({
              description:
                'When this program started, the same as `started_at`: not a duration, but a name that existing clients use.',
            }),
            total_msg_count: count('Events received.'),
            total_attachments_downloaded: count('Attached files downloaded.'),
            replied_msg_count: count('Replies to commands and trigger words.'),
            forwarded_msg_count: count('Forwards to subscribers.'),
            total_messages_slacked: count('Messages sent to Slack.'),
            snapshot: Type.String({ description: 'When the counters were last written to disk.' }),
            started_at: Type.String({ format: 'date-time', description: 'When this program started.' }),
          }),
        },
      },
    },
    async (request, reply) => {
      const { totals, writtenAt } = await store.counters(request.workspace.team());
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
      config: { scope: 'read', perTeam: true },
      schema: {
        tags: ['state'],
        summary: 'Slack’s errors and closed sockets, counted by their text',
        response: { 200: Type.Object({ errors: Type.Record(Type.String(), Type.Integer()) }) },
      },
    },
    async (request, reply) => {
      reply.send({ errors: await store.errors(request.workspace.team()) });
    },
  );
}
