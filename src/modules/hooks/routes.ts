import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../domain/clock.ts';
import { NotFound } from '../../domain/errors.ts';
import { errorView } from '../../http/index.ts';
import { Type } from '../../lib/schema.ts';
import { LoginMissing, TemplateFailed } from './errors.ts';
import type { Given, Hook } from './hook.ts';
import type { HookOutcome } from './metrics.ts';
import { parseBody } from './parse-body.ts';
import type { Arrived, Taken } from './take.ts';
import { checkSignature } from './verify.ts';

export interface HookRoutesParts {
  find(name: string): Hook | null;
  take(arrived: Arrived): Promise<Taken>;
  /** Counts a request and, if it was refused or failed, shows why. */
  report(hook: Hook, outcome: HookOutcome, why?: string): void;
  /** Counts a request to a name that no hook has. */
  reportUnknown(): void;
  clock: Pick<Clock, 'now'>;
}

/** Headers with the sender's id of a delivery, which is the same when it is sent again. */
const idHeaders = ['webhook-id', 'x-github-delivery', 'idempotency-key', 'x-gitlab-event-uuid', 'request-id'];
/** Templates do not see them. */
const secretHeaders = /^(authorization|cookie|proxy-authorization|.*(signature|token|secret).*)$/;

const outcomeView = Type.Object({
  msg: Type.String(),
  id: Type.Union([Type.String({ format: 'uuid' }), Type.Null()], {
    description: 'For GET /ultronex/messages/{id}; null when nothing is posted.',
  }),
});
const params = Type.Object({ name: Type.String({ minLength: 1, maxLength: 63 }) });

/** Returns the routes of hooks, under /ultronex/hooks. */
export function hookRoutes({ find, take, report, reportUnknown, clock }: HookRoutesParts): FastifyPluginAsync {
  const plugin: FastifyPluginAsyncTypebox = async (app) => {
    // The signature is of the bytes as they came.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

    const schema = {
      tags: ['hooks'],
      // Senders add what they like.
      querystring: Type.Object({}, { additionalProperties: true }),
      response: { 200: outcomeView, 401: errorView, 404: errorView, 422: errorView, 503: errorView },
    };
    const config = { scope: 'hook:{name}', ownBody: true } as const;
    const onRequest = checkLogin(app as unknown as FastifyInstance, find);
    app.post(
      '/:name',
      {
        ...{ config, onRequest },
        schema: {
          ...{ ...schema, params, summary: 'A webhook of a hook from HOOKS_DIR' },
          description: 'A hook with `verify` checks the signature of the sender and needs no login.',
        },
      },
      (request, reply) => serve(request as unknown as FastifyRequest, reply as unknown as FastifyReply, ''),
    );
    app.post(
      '/:name/:secret',
      {
        ...{ config, onRequest },
        schema: {
          ...schema,
          params: Type.Object({ ...params.properties, secret: Type.String({ minLength: 1, maxLength: 256 }) }),
          summary: 'The same for a sender that can only be given an address (`verify: { address: … }`)',
        },
      },
      (request, reply) =>
        serve(request as unknown as FastifyRequest, reply as unknown as FastifyReply, request.params.secret),
    );
  };
  return plugin as unknown as FastifyPluginAsync;

  async function serve(request: FastifyRequest, reply: FastifyReply, inAddress: string): Promise<void> {
    const { name } = request.params as { name: string };
    const hook = find(name);
    if (hook === null) {
      reportUnknown();
      throw new NotFound(`There is no hook "${name}". Hooks are the files *.yaml in HOOKS_DIR.`);
    }
    const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const { headers } = request;
    try {
      if (hook.verify !== null) {
        checkSignature({ ...hook, verify: hook.verify }, { headers, raw, inAddress, now: clock.now() });
      }
    } catch (error) {
      report(hook, 'refused', `${(error as Error).message} From ${request.ip}.`);
      throw error;
    }
    try {
      const query = request.query as Given['query'];
      // Some senders have everything in the address and no body.
      const body = raw.length === 0 && Object.keys(query).length > 0 ? query : parseBody(raw, headers);
      const given = { body, query, headers: shownHeaders(headers) };
      const id = idHeaders.map((each) => headers[each]).find((each) => typeof each === 'string') as string | undefined;
      const { outcome, ...told } = await take({
        hook,
        given,
        raw: raw.length === 0 ? Buffer.from(JSON.stringify(query)) : raw,
        id: id?.slice(0, 256) ?? null,
      });
      report(hook, outcome);
      reply.send(told);
    } catch (error) {
      if (error instanceof TemplateFailed) report(hook, 'failed', `${hook.place}: ${error.message}`);
      throw error;
    }
  }
}

/** A hook that checks no signature, and one that does not exist, need a login: nobody can find out names. */
function checkLogin(app: FastifyInstance, find: HookRoutesParts['find']) {
  return (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    const hook = find((request.params as { name: string }).name);
    if (hook !== null && hook.verify !== null) done();
    else if (request.headers.authorization !== undefined) app.requireLogin.call(app, request, reply, done as never);
    else {
      reply.header('www-authenticate', 'Basic realm="Ultronex"');
      const { name } = request.params as { name: string };
      const needs = `this needs a login or a token with the scope hook:${name}`;
      done(new LoginMissing(`There is no hook "${name}" with \`verify\`, so ${needs}.`));
    }
  };
}

function shownHeaders(headers: FastifyRequest['headers']): Given['headers'] {
  const shown = Object.entries(headers).filter(
    ([name, value]) => typeof value === 'string' && !secretHeaders.test(name),
  );
  return Object.fromEntries(shown) as Record<string, string>;
}
