import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../../domain/clock.ts';
import { CrossSite, InvalidRequest } from '../../../domain/errors.ts';
import { errorView, isCrossSite } from '../../../http/index.ts';
import { Type } from '../../../lib/schema.ts';
import { shortened } from '../../../lib/shortened.ts';
import { type RunningBeats, unknownBeat } from './beats.ts';
import type { Ping } from './memory.ts';
import { readLog } from './read-log.ts';
import { beatStates } from './types.ts';
import { viewOf } from './view.ts';

const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()]);
const time = (description: string) => nullable(Type.String({ format: 'date-time', description }));
const beatView = Type.Object({
  name: Type.String(),
  state: Type.Enum([...beatStates]),
  problem: nullable(Type.String({ description: 'Why it is late or failed.' })),
  schedule: Type.String({ description: '`every 5m`, `0 3 * * * (Europe/Berlin)`' }),
  graceSeconds: Type.Number(),
  startGraceSeconds: Type.Number(),
  last: time('Last ping of any kind.'),
  due: time('When the next ping is due, without grace; of a running beat: when it has to end.'),
  lastRunSeconds: nullable(Type.Number({ description: 'Time from start to end of the last run that reported both.' })),
  exitCode: nullable(Type.Integer()),
  log: Type.String({ description: 'The last log, 10 kB at most.' }),
});

const name = Type.String({ minLength: 1, maxLength: 63 });
const querystring = Type.Object({
  rid: Type.Optional(
    Type.String({
      description:
        'Id of the run, a UUID or up to 64 letters and digits: tells runs at the same time apart. A start is ended by a ping with its rid.',
    }),
  ),
});
const ok = Type.String({ description: '`OK`: the ping is on disk.' });
const response = { 200: ok, 404: errorView, 422: errorView, 503: errorView };
/** Fastify adds HEAD to GET. */
const method = ['GET', 'POST'];

/** Returns the routes of beats, under /ultronex. */
export function beatRoutes(beats: RunningBeats, clock: Pick<Clock, 'now'>): FastifyPluginAsync {
  const plugin: FastifyPluginAsyncTypebox = async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', readLog as never);
    // Fastify refuses a type that is not written well before any parser sees it.
    app.addHook('onRequest', async ({ headers }) => {
      if (headers['content-type'] !== undefined) headers['content-type'] = 'text/plain';
    });
    const config = { scope: 'beat:{name}', ownBody: true } as const;
    app.route({
      ...{ method, url: '/beat/:name', config },
      schema: {
        ...{ tags: ['watch'], params: Type.Object({ name }), querystring, response },
        summary: 'A job reports that it ran well',
        description: 'A body of any type is the last log: its last 10 kB are kept. GET and HEAD have none.',
      },
      handler: (request, reply) => serve(request as never, reply as never, ''),
    });
    app.route({
      ...{ method, url: '/beat/:name/:what', config },
      schema: {
        ...{ tags: ['watch'], querystring, response },
        params: Type.Object({
          name,
          what: Type.String({
            maxLength: 20,
            description: '`start`, `fail`, `log` (only stores the body), or an exit code from 0 (it ran well) to 255.',
          }),
        }),
        summary: 'A job reports its start, a failure, a log or its exit code',
      },
      handler: (request, reply) => serve(request as never, reply as never, request.params.what),
    });
    app.get(
      '/beats',
      {
        config: { scope: 'read' },
        schema: {
          ...{ tags: ['watch'], summary: 'All beats', response: { 200: Type.Object({ beats: Type.Array(beatView) }) } },
          description: 'Those of the files in WATCH_DIR, and those of the server itself once they pinged.',
        },
      },
      (_request, reply) => {
        reply.header('cache-control', 'no-store').send({ beats: beats.list().map(viewOf) });
      },
    );
  };
  return plugin as unknown as FastifyPluginAsync;

  async function serve(request: FastifyRequest, reply: FastifyReply, what: string): Promise<void> {
    const at = clock.now();
    // A ping by GET changes something, and a browser adds the stored login to what another site's page requests.
    if (isCrossSite(request)) throw new CrossSite('A page of another site requested this ping.');
    const { name: of } = request.params as { name: string };
    if (!beats.knows(of)) throw unknownBeat(of);
    const { rid = '' } = request.query as { rid?: string };
    if (!/^[\w-]{0,64}$/.test(rid)) {
      throw new InvalidRequest(
        'rid',
        `rid "${shortened(rid)}" is no id of a run. Send a UUID, or up to 64 letters and digits`,
      );
    }
    const log = typeof request.body === 'string' ? request.body : '';
    await beats.ping(of, { at, rid, log, ...meaningOf(what) });
    reply.header('cache-control', 'no-store').type('text/plain').send('OK');
  }
}

type Meaning = Ping extends infer Each ? (Each extends Ping ? Omit<Each, 'at' | 'rid' | 'log'> : never) : never;

/** @param what the last part of the address; '' if there is none */
function meaningOf(what: string): Meaning {
  if (what === '') return { kind: 'end', ok: true, exitCode: null };
  if (what === 'start' || what === 'log') return { kind: what };
  if (what === 'fail') return { kind: 'end', ok: false, exitCode: null };
  const exitCode = /^(0|[1-9]\d{0,2})$/.test(what) ? Number(what) : Number.NaN;
  if (exitCode <= 255) return { kind: 'end', ok: exitCode === 0, exitCode };
  throw new InvalidRequest(
    'what',
    `"${what}" is no report of a beat. Write start, fail, log, or an exit code from 0 to 255`,
  );
}
