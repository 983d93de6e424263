import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { inSlack } from '../../domain/destination.ts';
import { IdempotencyConflict, InvalidRequest } from '../../domain/errors.ts';
import { isChannelId, isUserId } from '../../domain/slack-ids.ts';
import { Type } from '../../lib/schema.ts';
import type { UnitOfWork } from '../../ports/unit-of-work.ts';
import type { Api } from '../api.ts';
import type { HttpDeps } from '../deps.ts';
import { elsewhere } from '../elsewhere.ts';
import { readMessage, readText } from '../forms.ts';
import { channel, checkMessage, type Message, message, messageOrTo, type Prefix, toWork } from '../message.ts';
import { checkPostTo, postLimits } from '../post-access.ts';
import { recipientOf } from '../recipient.ts';
import { errorView } from '../views.ts';

export const headers = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'A repeated request with the same key within 24 h gets the first response again, and posts nothing.',
    }),
  ),
});

const triggered = Type.Object({
  id: Type.String({ format: 'uuid', description: 'For GET /ultronex/messages/{id}.' }),
  msg: Type.Object({
    channel: Type.Optional(Type.String()),
    to: Type.Optional(Type.String()),
    text: Type.String(),
    title: Type.Optional(Type.String()),
  }),
  status: Type.Literal('triggered'),
});

const withoutChannel = Type.Object({ ...message.properties, channel: Type.Optional(channel) });

/** Adds POST /slack and /slack/{channel}. They respond once the message is on disk; the outbox delivers it. */
export function slackRoutes(app: Api, deps: HttpDeps): void {
  const schema = {
    tags: ['messages'],
    headers,
    response: { 200: triggered, 422: errorView, 503: errorView },
  };

  app.post(
    '/slack',
    {
      config: { scope: 'post', readBody: readMessage, perTeam: true },
      schema: {
        ...schema,
        summary: 'Post a message to Slack, or with `to` elsewhere',
        body: Type.Object({ msg: messageOrTo }),
      },
    },
    (request, reply) => answer(deps, request, reply, request.body.msg, 'msg.'),
  );

  app.post(
    '/slack/:channel',
    {
      config: { scope: 'post', readBody: readText, perTeam: true },
      schema: {
        ...schema,
        summary: 'Post a text to a channel',
        description:
          "The body is the text: `curl -u user:password -d 'disk is full' host/ultronex/slack/ops`. With `content-type: application/json` it is a message's fields.",
        consumes: ['text/plain', 'application/json', 'application/x-www-form-urlencoded'],
        params: Type.Object({ channel }),
        body: withoutChannel,
      },
    },
    (request, reply) => {
      const to = named(request.params.channel);
      const { channel: other = to } = request.body;
      if (named(other) !== to) {
        throw new InvalidRequest(
          'channel',
          `channel "${other}" is another than that of the address, "${to}"; leave it out`,
        );
      }
      return answer(deps, request, reply, { ...request.body, channel: to }, '');
    },
  );
}

/** Adds `#` to a channel name such as `ops`. Ids, mentions and people stay as they are. */
export function named(written: string): string {
  const isNamed = /^[#<]|@/.test(written) || isChannelId(written) || isUserId(written);
  return isNamed ? written : `#${written}`;
}

async function answer(
  deps: HttpDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  msg: Omit<Message, 'channel'> & { channel?: string; to?: string },
  prefix: Prefix,
): Promise<void> {
  const id = await acceptMessage(deps, request, msg, prefix);
  reply.send({
    id,
    msg: { channel: msg.channel, to: msg.to, text: msg.text, title: msg.title ?? undefined },
    status: 'triggered',
  });
}

/** Returns the delivery's id. @throws InvalidRequest, RecipientUnknown, ScopeMissing, IdempotencyConflict, StoreUnavailable */
export async function acceptMessage(
  deps: HttpDeps,
  request: FastifyRequest,
  msg: Omit<Message, 'channel'> & { channel?: string; to?: string },
  prefix: Prefix,
): Promise<string | null> {
  const { channel, to: name } = msg;
  if (channel === undefined && name === undefined) {
    throw new InvalidRequest(`${prefix}channel`, `${prefix}channel is required`);
  }
  checkMessage(msg, prefix);
  const { workspace } = request;
  if (name !== undefined) {
    return accept(
      deps,
      request,
      msg,
      toWork(deps, workspace.team(), msg, elsewhere(deps, request, { ...msg, to: name }, prefix), prefix),
    );
  }
  const recipient = recipientOf(channel ?? '', `${prefix}channel`, workspace.findPerson);
  const to = typeof recipient === 'string' ? recipient : await recipient;
  const limits = postLimits(request.principal);
  if (limits !== null) await checkPostTo(to, limits, request.principal, workspace);
  return accept(deps, request, msg, toWork(deps, workspace.team(), msg, inSlack(to), prefix));
}

/** Accepts the message once, also when the request is repeated. */
async function accept(deps: HttpDeps, request: FastifyRequest, msg: object, work: UnitOfWork): Promise<string | null> {
  const key = request.headers['idempotency-key'];
  if (typeof key === 'string') {
    work.key = `idempotency:${request.workspace.team()}:${key}`;
    work.fingerprint = createHash('sha256').update(JSON.stringify(msg)).digest('base64url');
  }
  const accepted = await deps.store.accept(work);
  if (accepted.duplicate && accepted.fingerprint !== work.fingerprint) {
    throw new IdempotencyConflict(
      'Idempotency-Key',
      `Idempotency-Key "${key}" was used with another message; use a new key for a new message.`,
    );
  }
  return accepted.deliveryId;
}
