import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Attachment, NewDelivery } from '../../domain/delivery.ts';
import { IdempotencyConflict } from '../../domain/errors.ts';
import { indentJson } from '../../domain/json.ts';
import { similarKey } from '../../domain/text.ts';
import type { Work } from '../../ports/store.ts';
import type { HttpDeps } from '../deps.ts';
import type { Api } from '../server.ts';
import { errorView } from '../views.ts';

const channel = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '^\\S+$',
  description: '#name, name, a channel id, or a user id for a direct message.',
});
const maxText = 40_000;
const ttl = Type.Optional(
  Type.Integer({ minimum: 1, maximum: 604_800, description: 'Seconds it may wait before it expires.' }),
);

const message = Type.Object({
  channel,
  text: Type.String({
    minLength: 1,
    maxLength: maxText,
    description: 'mrkdwn; also what notifications show when there are blocks.',
  }),
  title: Type.Optional(
    Type.Union([Type.String({ maxLength: 3_000 }), Type.Null()], {
      description: 'Shown in bold above the text, and as the name of the payload.',
    }),
  ),
  payload: Type.Optional(
    Type.Any({
      description: 'Uploaded as a snippet in the thread of the message: a text as it is, anything else as JSON.',
    }),
  ),
  thread_ts: Type.Optional(
    Type.String({ pattern: '^\\d{1,12}\\.\\d{1,6}$', description: 'The `ts` of the message to answer to.' }),
  ),
  blocks: Type.Optional(
    Type.Array(Type.Object({ type: Type.String() }, { additionalProperties: true }), {
      maxItems: 50,
      description: 'Block Kit.',
    }),
  ),
  ttl,
  merge: Type.Optional(
    Type.Boolean({ description: 'False: never merged with similar messages, however far the channel falls behind.' }),
  ),
});
type Message = Static<typeof message>;

const headers = Type.Object({
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

/** POST a message: accepted when it is on disk; the outbox delivers it. */
export function slackRoutes(app: Api, deps: HttpDeps): void {
  const schema = {
    tags: ['messages'],
    headers,
    response: { 200: triggered, 422: errorView, 503: errorView },
  };

  app.post(
    '/slack',
    { schema: { ...schema, summary: 'Post a message to Slack', body: Type.Object({ msg: message }) } },
    (request, reply) => post(deps, request, reply, request.body.msg),
  );

  app.post(
    '/slack/:channel',
    {
      config: { plainText: true },
      schema: {
        ...schema,
        summary: 'Post a text to a channel',
        description: "The body is the text: `curl -u user:password -d 'disk is full' host/ultronex/slack/ops`",
        consumes: ['text/plain'],
        params: Type.Object({ channel }),
        body: Type.String({ minLength: 1, maxLength: maxText }),
      },
    },
    (request, reply) => post(deps, request, reply, { channel: named(request.params.channel), text: request.body }),
  );
}

/** `ops` is #ops; an id stays an id. */
function named(written: string): string {
  return /^[#@]|^[CDGUW][A-Z0-9]{7,}$/.test(written) ? written : `#${written}`;
}

async function post(deps: HttpDeps, request: FastifyRequest, reply: FastifyReply, msg: Message): Promise<void> {
  const work = toWork(deps, msg);
  const key = request.headers['idempotency-key'];
  if (typeof key === 'string') {
    work.key = `idempotency:${key}`;
    work.fingerprint = createHash('sha256').update(JSON.stringify(msg)).digest('base64url');
  }
  const accepted = await deps.store.accept(work);
  if (accepted.duplicate && accepted.fingerprint !== work.fingerprint) {
    throw new IdempotencyConflict(
      'Idempotency-Key',
      `Idempotency-Key "${key}" was used with another body; use a new key for a new message.`,
    );
  }
  reply.send({
    id: accepted.deliveryId,
    msg: { channel: msg.channel, text: msg.text, title: msg.title ?? undefined },
    status: 'triggered',
  });
}

function toWork(deps: HttpDeps, msg: Message): Work {
  const now = deps.clock.now();
  const id = deps.newId();
  const file = payloadFile(msg);
  const attachments: Attachment[] = file === null ? [] : [{ blob: id, name: file.name, title: msg.title || undefined }];
  // A digest grows by edits, and Slack edits no text of more than 4,000 characters.
  const mergeable =
    msg.merge !== false &&
    msg.text.length <= 3_500 &&
    file === null &&
    msg.blocks === undefined &&
    msg.thread_ts === undefined;
  const delivery: NewDelivery = {
    id,
    team: deps.team(),
    channel: msg.channel,
    text: msg.text,
    title: msg.title || undefined,
    blocks: msg.blocks,
    threadTs: msg.thread_ts,
    attachments,
    source: 'api',
    trace: id.slice(0, 8),
    similarKey: mergeable ? similarKey(msg.title ? `${msg.title}\n${msg.text}` : msg.text) : null,
    createdAt: now,
    expiresAt: now + (msg.ttl === undefined ? deps.ttlMs : msg.ttl * 1_000),
  };
  return { deliveries: [delivery], blobs: file === null ? [] : [{ id, bytes: file.bytes }] };
}

function payloadFile({ payload }: Message): { name: string; bytes: Uint8Array } | null {
  if (payload === undefined || payload === null || payload === '') return null;
  if (typeof payload === 'string') return { name: 'payload.txt', bytes: Buffer.from(payload) };
  return { name: 'payload.json', bytes: Buffer.from(`${indentJson(payload)}\n`) };
}
