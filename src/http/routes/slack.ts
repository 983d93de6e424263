import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { IdempotencyConflict, InvalidRequest } from '../../domain/errors.ts';
import { isChannelId, isUserId } from '../../domain/slack-ids.ts';
import type { Api } from '../api.ts';
import type { HttpDeps } from '../deps.ts';
import { readMessage, readText } from '../forms.ts';
import { channel, checkMessage, type Message, message, type Prefix, toWork } from '../message.ts';
import { recipientOf } from '../recipient.ts';
import { errorView } from '../views.ts';

export const headers = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'Repeat a request with the same key and it answers, but does not post, again (24 h).',
    }),
  ),
});

const triggered = Type.Object({
  id: Type.String({ format: 'uuid', description: 'For GET /ultronex/messages/{id}.' }),
  msg: Type.Object({ channel: Type.String(), text: Type.String(), title: Type.Optional(Type.String()) }),
  status: Type.Literal('triggered'),
});

const withoutChannel = Type.Object({ ...message.properties, channel: Type.Optional(channel) });

/** POST a message: accepted when it is on disk; the outbox delivers it. */
export function slackRoutes(app: Api, deps: HttpDeps): void {
  const schema = {
    tags: ['messages'],
    headers,
    response: { 200: triggered, 422: errorView, 503: errorView },
  };

  app.post(
    '/slack',
    {
      config: { readBody: readMessage },
      schema: { ...schema, summary: 'Post a message to Slack', body: Type.Object({ msg: message }) },
    },
    (request, reply) => answer(deps, request, reply, request.body.msg, 'msg.'),
  );

  app.post(
    '/slack/:channel',
    {
      config: { readBody: readText },
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

/** `ops` is #ops; an id, a mention or a person stays one. */
export function named(written: string): string {
  const isNamed = /^[#<]|@/.test(written) || isChannelId(written) || isUserId(written);
  return isNamed ? written : `#${written}`;
}

async function answer(
  deps: HttpDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  msg: Message,
  prefix: Prefix,
): Promise<void> {
  const id = await acceptMessage(deps, request, msg, prefix);
  reply.send({
    id,
    msg: { channel: msg.channel, text: msg.text, title: msg.title ?? undefined },
    status: 'triggered',
  });
}

/** Answers the delivery's id. @throws InvalidRequest, IdempotencyConflict, StoreUnavailable */
export async function acceptMessage(
  deps: HttpDeps,
  request: FastifyRequest,
  msg: Message,
  prefix: Prefix,
): Promise<string | null> {
  checkMessage(msg, prefix);
  const recipient = recipientOf(msg.channel, `${prefix}channel`, deps.findPerson);
  const to = typeof recipient === 'string' ? recipient : await recipient;
  const work = toWork(deps, msg, to, prefix);
  const key = request.headers['idempotency-key'];
  if (typeof key === 'string') {
    work.key = `idempotency:${key}`;
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
