import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { Clock } from '../../domain/clock.ts';
import { InvalidRequest } from '../../domain/errors.ts';
import { isEnded, type Job, type JobPlace } from '../../domain/job.ts';
import { errorView } from '../../http/index.ts';
import { within } from '../../lib/deadline.ts';
import { redact } from '../../lib/redact.ts';
import { Type } from '../../lib/schema.ts';
import { readArguments } from './argument-body.ts';
import { askerOf, checkMayAct } from './callers.ts';
import { maskArguments } from './masking.ts';
import { endOfOutput } from './output-text.ts';
import { durationOf, freeBody, readFreeBody } from './request-body.ts';
import type { IdempotencyKey, JobRequest, Jobs } from './types.ts';
import { endedView, type JobView, startedView } from './views.ts';

export interface StartParts {
  jobs: Jobs;
  clock: Pick<Clock, 'after'>;
  view(job: Job): Promise<JobView>;
}

const longestWaitMs = 60_000;
/** Requests that wait at once; further ones are answered at once, as if their time were over. */
const mostWaits = 200;
/** Bytes of the output in the answer of a request that waited. */
const mostOutput = 65_536;
/** Time to answer the waiting requests when the program stops. */
const endsWithinMs = 1_000;

const headers = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'A repeated request with the same key within 24 h gets the same job, and starts nothing.',
    }),
  ),
});
const wait = Type.Optional(
  Type.String({ minLength: 1, maxLength: 60, description: '`30s`: wait for the end, 60s at most.' }),
);
const response = {
  200: { ...endedView, description: 'With `wait`: it has ended, in whichever state.' },
  202: { ...startedView, description: 'It is on disk, and has not ended.' },
  404: errorView,
  422: errorView,
  429: { ...errorView, description: 'Too many of its runs wait already.' },
  503: errorView,
};

type Query = { wait?: string };

/** Adds POST /jobs and /jobs/{name}. They respond once the job is on disk, or with `wait` at its end. */
export function startRoutes(app: FastifyInstance, { jobs, clock, view }: StartParts): void {
  const stopping = new AbortController();
  const waiting = new Set<Promise<unknown>>();
  app.addHook('preClose', async () => {
    stopping.abort();
    await within(clock, endsWithinMs, Promise.allSettled(waiting));
  });

  /** Resolves with the job as it is at its end, after `ms`, when the client disconnects, or when the program stops. */
  async function waitFor(job: Job, ms: number, { raw }: FastifyReply): Promise<Job> {
    if (waiting.size >= mostWaits) return job;
    const gone = new AbortController();
    const answered = new Promise<void>((resolve) => {
      const close = () => {
        gone.abort();
        resolve();
      };
      if (raw.destroyed) close();
      else raw.once('close', close);
    });
    waiting.add(answered);
    void answered.then(() => waiting.delete(answered));
    return jobs.wait(job.id, ms, AbortSignal.any([gone.signal, stopping.signal]));
  }

  async function start(request: FastifyRequest, reply: FastifyReply, asked: JobRequest): Promise<void> {
    const { wait: written } = request.query as Query;
    const waitMs = written === undefined ? null : durationOf('wait', written, longestWaitMs, 'wait=30s');
    const { job, duplicate } = await jobs.submit(asked, askerOf(request, asked.name), keyOf(request, asked));
    request.audited = { target: job.name ?? placeText(job.place), detail: detailOf(job, duplicate) };
    const now = waitMs === null || isEnded(job) ? job : await waitFor(job, waitMs, reply);
    reply.header('location', `/ultronex/jobs/${job.id}`).header('cache-control', 'no-store');
    if (waitMs !== null && isEnded(now)) {
      reply.status(200).send({ ...(await view(now)), output: await endOfOutput(jobs, job.id, mostOutput) });
    } else reply.status(202).send({ id: now.id, name: jobs.runName(now), state: now.state });
  }

  app.post<{ Body: Static<typeof freeBody> }>(
    '/jobs',
    {
      config: { scope: 'jobs', audit: 'job start' },
      // Before the body is checked.
      onRequest: async (request) => checkMayAct(request, null),
      schema: {
        tags: ['jobs'],
        summary: 'Start a job that the request describes',
        description: 'A token whose scope is limited to a job may not; it starts the job by its name.',
        headers,
        querystring: Type.Object({ wait }),
        body: freeBody,
        response,
      },
    },
    async (request, reply) => {
      await start(request as FastifyRequest, reply as FastifyReply, readFreeBody(request.body));
    },
  );

  app.post<{ Params: { name: string }; Body: Record<string, unknown> }>(
    '/jobs/:name',
    {
      config: { scope: 'jobs:{name}', ownRoles: true, audit: 'job start', readBody: readArguments },
      preValidation: [
        async (request: FastifyRequest) => {
          refuseArgumentsInAddress(request.query as Record<string, unknown>);
          request.body ??= {};
        },
      ],
      schema: {
        tags: ['jobs'],
        summary: 'Start a job of JOBS_DIR by its name; the body has its arguments',
        description:
          'JSON or a form: `curl -u user:password -d NAME=Daniela host/ultronex/jobs/greet?wait=30s`. Without arguments there is no body. People need the role that `who` of the definition names, `operator` by default.',
        consumes: ['application/json', 'application/x-www-form-urlencoded'],
        params: Type.Object({ name: Type.String({ minLength: 1, maxLength: 100 }) }),
        headers,
        querystring: Type.Object({ wait }),
        body: Type.Object({}, { additionalProperties: true, description: 'Arguments by their names.' }),
        response,
      },
    },
    async (request, reply) => {
      const asked = { name: request.params.name, arguments: request.body };
      await start(request as FastifyRequest, reply as FastifyReply, asked);
    },
  );
}

/** Addresses end up in logs, and arguments may be secrets. */
function refuseArgumentsInAddress(query: Record<string, unknown>): void {
  const name = Object.keys(query)
    .find((each) => each !== 'wait')
    ?.slice(0, 64);
  if (name === undefined) return;
  throw new InvalidRequest(
    name,
    `${name} is in the address, where arguments are not taken; send it in the body: curl -d '${name}=…'`,
  );
}

function keyOf({ headers: sent }: FastifyRequest, asked: JobRequest): IdempotencyKey | null {
  const key = sent['idempotency-key'];
  if (typeof key !== 'string') return null;
  return { key, fingerprint: createHash('sha256').update(JSON.stringify(asked)).digest('base64url') };
}

function placeText(place: JobPlace): string {
  if (place.target === 'heroku') return `heroku ${place.app}`;
  return `${place.target} ${place.target === 'container' ? place.image : place.file}`;
}

/** Secrets are masked: the audit log is kept for long. */
function detailOf(job: Job, duplicate: boolean): string {
  const { place } = job;
  const command = place.target === 'process' ? '' : [place.command].flat().join(' ');
  const given = Object.entries(maskArguments(job.arguments)).map(([name, value]) => `${name}=${value}`);
  const text = [job.id, ...(job.name === null && command !== '' ? [redact(command)] : []), ...given].join(' ');
  return (duplicate ? `${job.id} repeated with its Idempotency-Key; nothing was started` : text).slice(0, 300);
}
