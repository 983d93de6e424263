import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../domain/clock.ts';
import { type Job, type JobState, jobStates, jobTargets } from '../../domain/job.ts';
import { errorView, limitReaders, setBodyParsers } from '../../http/index.ts';
import { Type } from '../../lib/schema.ts';
import { askerOf, checkMayAct, checkMaySee, mayStart, visibleTo } from './callers.ts';
import { newestLine } from './last-lines.ts';
import { followLog } from './log-stream.ts';
import { storedText } from './output-text.ts';
import { startRoutes } from './start-routes.ts';
import type { Jobs } from './types.ts';
import { actorView, definitionView, jobView, viewDefinition, viewJob } from './views.ts';

export interface JobRoutesParts {
  jobs: Jobs;
  clock: Pick<Clock, 'now' | 'after'>;
}

const tags = ['jobs'];
const params = Type.Object({ id: Type.String({ minLength: 1, maxLength: 100, description: 'A UUID.' }) });
const unfinished: readonly JobState[] = ['queued', 'starting', 'running'];

/** Returns the routes of jobs, under /ultronex. */
export function jobRoutes({ jobs, clock }: JobRoutesParts): FastifyPluginAsync {
  const readers = limitReaders();

  const view = async (job: Job) => {
    return viewJob(job, jobs.runName(job), await newestLine(jobs, job.id));
  };

  async function found(request: Pick<FastifyRequest, 'principal'>, id: string): Promise<Job> {
    const job = await jobs.find(id);
    checkMaySee(request, job);
    return job;
  }

  const plugin: FastifyPluginAsyncTypebox = async (app) => {
    setBodyParsers(app as never);

    app.get(
      '/jobs',
      {
        config: { scope: ['read', 'jobs'], page: 'jobs' },
        schema: {
          tags,
          summary: 'Jobs, newest first',
          description: 'A page may have fewer jobs than `limit` for a token that is limited to some of them.',
          querystring: Type.Object({
            state: Type.Optional(Type.Enum([...jobStates, 'unfinished'])),
            job: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'The name of a definition.' })),
            cursor: Type.Optional(
              Type.String({ minLength: 1, maxLength: 100, description: '`next` of the previous page.' }),
            ),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 })),
          }),
          response: {
            200: Type.Object({ jobs: Type.Array(jobView), next: Type.Union([Type.String(), Type.Null()]) }),
            422: errorView,
            503: errorView,
          },
        },
      },
      async (request, reply) => {
        const { state, job, cursor = null, limit = 50 } = request.query;
        const names = visibleTo(request);
        const [only] = names?.length === 1 ? names : [];
        if (job !== undefined) checkMaySee(request, { name: job });
        const states = state === undefined ? undefined : state === 'unfinished' ? unfinished : [state];
        const name = job ?? only;
        const filter = { ...(states && { states }), ...(name !== undefined && { name }) };
        const { items, next } = await jobs.list(filter, cursor, limit);
        const seen = items.filter((each) => names === null || (each.name !== null && names.includes(each.name)));
        reply.header('cache-control', 'no-store').send({ jobs: await Promise.all(seen.map(view)), next });
      },
    );

    app.get(
      '/jobs/definitions',
      {
        config: { scope: ['read', 'jobs'] },
        schema: {
          tags,
          summary: 'The jobs of JOBS_DIR with their arguments, and the targets that are on',
          response: {
            200: Type.Object({
              definitions: Type.Array(definitionView),
              targets: Type.Array(Type.Enum([...jobTargets]), {
                description: 'Where a job without a definition may run.',
              }),
              mayStart: Type.Boolean({
                description:
                  'Whether the caller may start jobs without a definition, and stop all jobs. Everybody may stop their own.',
              }),
              caller: actorView,
            }),
          },
        },
      },
      async (request, reply) => {
        const names = visibleTo(request);
        const now = clock.now();
        const caller = request as unknown as FastifyRequest;
        reply.send({
          definitions: jobs
            .definitions()
            .filter(({ name }) => names === null || names.includes(name))
            .map((each) => viewDefinition(each, now, mayStart(caller, each))),
          targets: names === null ? [...jobs.targets()] : [],
          mayStart: mayStart(caller, null),
          caller: askerOf(caller, null).actor,
        });
      },
    );

    app.get(
      '/jobs/:id',
      {
        config: { scope: ['read', 'jobs'], page: 'jobs' },
        schema: { tags, summary: 'A job', params, response: { 200: jobView, 404: errorView, 503: errorView } },
      },
      async (request, reply) => {
        reply.header('cache-control', 'no-store').send(await view(await found(request, request.params.id)));
      },
    );

    app.get(
      '/jobs/:id/logs',
      {
        config: { scope: ['read', 'jobs'] },
        schema: {
          tags,
          summary: 'The output of a job as text; with `follow`, or by Accept, as server-sent events until its end',
          description:
            'Events: a line is a `message` whose id is its number, so Last-Event-ID resumes after it; `cut` {from, to, bytes} stands for lines that are not kept; `job` has the job after a change; `end` has the ended job.',
          params,
          headers: Type.Object({ 'last-event-id': Type.Optional(Type.String({ maxLength: 100 })) }),
          querystring: Type.Object({
            follow: Type.Optional(Type.Enum(['', 'true', 'false'], { description: '`?follow`' })),
          }),
          response: {
            200: {
              description: 'The output.',
              content: {
                'text/plain': { schema: Type.String() },
                'text/event-stream': { schema: Type.String() },
              },
            },
            404: errorView,
            422: errorView,
            429: errorView,
            503: errorView,
          },
        },
      },
      async (request, reply) => {
        const { id } = await found(request, request.params.id);
        const { follow = 'false' } = request.query;
        const { accept = '', 'last-event-id': last } = request.headers;
        if (follow === 'false' && !accept.includes('text/event-stream')) {
          return reply
            .headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', vary: 'accept' })
            .type('text/plain; charset=utf-8')
            .send(Readable.from(storedText(jobs, id)) as never);
        }
        const after = /^\d{1,15}$/.test(String(last)) ? Number(last) : 0;
        const viewNow = async () => view(await jobs.find(id));
        await followLog(
          { jobs, clock, readers, view: viewNow },
          { id, after },
          request as unknown as FastifyRequest,
          reply as unknown as FastifyReply,
        );
      },
    );

    app.delete(
      '/jobs/:id',
      {
        config: { scope: 'jobs', ownRoles: true, audit: 'job stop' },
        schema: {
          tags,
          summary: 'Stop a job',
          description:
            'It is asked to end with SIGTERM, and killed when it does not: after 10 s, on Heroku after 30 s.',
          params,
          response: { 202: jobView, 404: errorView, 409: errorView, 503: errorView },
        },
      },
      async (request, reply) => {
        const { id, name } = await found(request, request.params.id);
        checkMayAct(request, name);
        request.audited = { target: name ?? id, detail: id };
        const job = await jobs.stop(id, askerOf(request as unknown as FastifyRequest, name));
        reply.status(202).send(await view(job));
      },
    );

    startRoutes(app as never, { jobs, clock, view });
  };
  return plugin as unknown as FastifyPluginAsync;
}
