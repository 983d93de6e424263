import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { type AuditEntry, auditOutcomes } from '../../domain/audit.ts';
import type { Clock } from '../../domain/clock.ts';
import { InvalidRequest } from '../../domain/errors.ts';
import { errorView, requestIdOf, setBodyParsers } from '../../http/index.ts';
import { Type } from '../../lib/schema.ts';
import type { AuditStore } from '../../ports/audit-store.ts';

const tags = ['access'];
const text = (maxLength: number, description: string) => Type.String({ minLength: 1, maxLength, description });

const entryView = Type.Object({
  id: Type.String(),
  at: Type.String({ format: 'date-time' }),
  actor: Type.Object({
    kind: Type.Enum(['user', 'token', 'slack', 'program']),
    name: Type.String({ description: 'Of the person or token, or a Slack user’s id; empty when it is not known.' }),
  }),
  source: Type.String({ description: 'An IP address, or a channel of Slack.' }),
  action: Type.String(),
  target: Type.String(),
  outcome: Type.Enum([...auditOutcomes], { description: '`begun`: the action has not ended, or the program stopped.' }),
  detail: Type.String(),
  requestId: Type.String({ description: 'The header `X-Request-ID` of the request.' }),
});

export interface AuditRoutesParts {
  store: AuditStore;
  clock: Pick<Clock, 'now'>;
  newId(): string;
}

/** Returns the routes of the audit log: list entries, and add one on an action outside of the program. */
export function auditRoutes({ store, clock, newId }: AuditRoutesParts): FastifyPluginAsync {
  const plugin: FastifyPluginAsyncTypebox = async (app) => {
    setBodyParsers(app as never);

    app.get(
      '/audit',
      {
        config: { page: 'audit' },
        schema: {
          tags,
          summary: 'The audit log, newest first: who changed what, and who was refused',
          description:
            'Entries are kept for 90 days. A page may have fewer entries than `limit`; only the last has `next: null`.',
          querystring: Type.Object({
            action: Type.Optional(text(100, 'The beginning of the action: `token`.')),
            actor: Type.Optional(text(200, 'The name of the person or token, or a Slack user’s id.')),
            target: Type.Optional(text(200, 'A part of the target.')),
            outcome: Type.Optional(Type.Enum([...auditOutcomes])),
            cursor: Type.Optional(text(100, '`next` of the previous page.')),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
          }),
          response: {
            200: Type.Object({ entries: Type.Array(entryView), next: Type.Union([Type.String(), Type.Null()]) }),
            422: errorView,
          },
        },
      },
      async (request, reply) => {
        const { cursor = null, limit = 50, ...filter } = request.query;
        const { items, next } = await store.auditEntries(filter, cursor, limit);
        reply.send({ entries: items.map(viewEntry), next });
      },
    );

    app.post(
      '/audit',
      {
        schema: {
          tags,
          summary: 'Add an entry on an action outside of the program, such as a deploy',
          body: Type.Object({
            action: text(100, 'A verb, where needed with its object: `deploy`.'),
            target: text(200, 'The object of the action: `v1.4.0`.'),
            outcome: Type.Optional(Type.Enum([...auditOutcomes], { default: 'done' })),
            detail: Type.Optional(Type.String({ maxLength: 1_000 })),
          }),
          response: { 201: entryView, 422: errorView, 503: errorView },
        },
      },
      async (request, reply) => {
        const { outcome = 'done', detail = '' } = request.body;
        const action = printable(request.body.action);
        if (isOurs.test(action)) {
          throw new InvalidRequest(
            'action',
            `action "${action}" is written by the program itself; choose another word`,
          );
        }
        const entry: AuditEntry = {
          ...{ id: newId(), at: clock.now(), action, outcome },
          ...{ target: printable(request.body.target), detail: printable(detail) },
          actor: request.principal?.actor ?? { kind: 'user', name: '' },
          ...{ source: request.ip, requestId: requestIdOf(request as unknown as FastifyRequest) },
        };
        await store.writeAudit(entry);
        reply.status(201).send(viewEntry(entry));
      },
    );
  };
  return plugin as unknown as FastifyPluginAsync;
}

/** Actions that the program writes, which nobody can add by hand. */
const isOurs =
  /^(token|workspace|track|stop|withdraw|edit|retry|pause|mute|unmute|container|GET|POST|PUT|PATCH|DELETE)\b/i;

const printable = (text: string) => text.replace(/\p{Cc}+/gu, ' ');

const viewEntry = (entry: AuditEntry) => ({ ...entry, at: new Date(entry.at).toISOString() });
