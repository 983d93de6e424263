import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import { InvalidRequest, UltronexError } from '../../domain/errors.ts';
import { plainName } from '../../domain/names.ts';
import { Type } from '../../lib/schema.ts';
import type { Api } from '../api.ts';
import { isForm, type ReadBody, readJson } from '../body.ts';
import type { HttpDeps } from '../deps.ts';
import { callerOf, describeValidation, isLogged } from '../errors.ts';
import { readForm, typed, unwrapPayload } from '../forms.ts';
import { channel, type Message, maxAttachments, maxText } from '../message.ts';
import { acceptMessage, headers, named } from './slack.ts';

const anything = (description: string) => Type.Optional(Type.Any({ description }));

/** The fields of Slack's incoming webhooks. Other fields are ignored, as Slack does, and named in a response header. */
const webhook = Type.Object(
  {
    text: anything('mrkdwn, as in POST /ultronex/slack.'),
    blocks: anything('Block Kit.'),
    attachments: anything('Legacy attachments.'),
    channel: anything('A channel that replaces the one in the address.'),
    username: anything('Shown in place of the bot’s name.'),
    icon_emoji: anything('`:fire:`; takes precedence over `icon_url`.'),
    icon_url: anything('A picture in place of the bot’s.'),
    thread_ts: anything('The `ts` of the message to reply to.'),
    reply_broadcast: anything('With `thread_ts`: shows the reply in the channel too.'),
    unfurl_links: anything('Whether Slack shows a preview of linked pages.'),
    unfurl_media: anything('Whether Slack shows a preview of linked pictures and videos.'),
    mrkdwn: anything('False: the text is shown as it is.'),
    link_names: anything('True or 1: Slack makes links of names in the text.'),
  },
  { additionalProperties: true },
);
type Given = Static<typeof webhook>;
const known = new Set(Object.keys(webhook.properties));
const mostNamed = 20;

/** @param beside receives, for a message from a form's `payload`, the names of the form's other fields */
const readWebhook =
  (beside: WeakMap<object, string[]>): ReadBody =>
  (text, type) => {
    const form = isForm(type) ? readForm(text, ['payload', 'text', 'channel', 'username']) : null;
    if (form === null) return readJson(text);
    const unwrapped = unwrapPayload(form);
    if (unwrapped === null) return typed(form);
    const { message } = unwrapped;
    if (typeof message === 'object' && message !== null) beside.set(message, unwrapped.beside);
    return message;
  };

/**
 * Adds POST /webhook/{channel}, which takes the same bodies and sends the same responses as Slack's incoming webhooks
 * (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).
 */
export function webhookRoute(app: Api, deps: HttpDeps): void {
  const beside = new WeakMap<object, string[]>();
  const plain = (description: string) => ({ description, content: { 'text/plain': { schema: Type.String() } } });
  app.post(
    '/webhook/:channel',
    {
      config: { scope: 'post', readBody: readWebhook(beside), perTeam: true },
      // Before validation, so that a body that is not an object gets Slack's `invalid_payload`.
      preValidation: async ({ body }) => {
        if (typeof body !== 'object' || body === null || Array.isArray(body)) throw payloadIsNone();
      },
      errorHandler: (error, request, reply) =>
        refuse(error as Error, request as unknown as FastifyRequest, reply as unknown as FastifyReply),
      schema: {
        tags: ['messages'],
        summary: 'Slack’s incoming webhook: for any tool that can post to Slack',
        description:
          'Takes the body of Slack’s incoming webhooks, as JSON or as the form field `payload`, and returns `ok` as text. The header `x-ultronex-id` has the id for GET /ultronex/messages/{id}; `x-ultronex-ignored` names the ignored fields.',
        consumes: ['application/json', 'application/x-www-form-urlencoded'],
        headers,
        params: Type.Object({ channel }),
        body: webhook,
        response: {
          200: plain(
            '`ok`: the message is on disk. If the channel does not exist, the message is `failed` in the ledger later.',
          ),
          400: plain('Slack’s error code, then after a colon the reason: `no_text`, `invalid_payload` …'),
          401: plain('`invalid_auth`: the login is missing or wrong.'),
          403: plain('`action_prohibited`: the token has no scope for this channel.'),
          404: plain('`channel_not_found` or `user_not_found`, and the reason.'),
          413: plain('`invalid_payload`: the body is larger than 1 MiB.'),
          415: plain('`invalid_payload`, and the reason.'),
          422: plain('`invalid_payload`, and the reason.'),
          429: plain('`rate_limited`; retry after `Retry-After` seconds.'),
          503: plain('`rollup_error`: nothing was accepted; try again.'),
        },
      },
    },
    async (request, reply) => {
      const { body, params } = request;
      const msg = toMessage(body, params.channel);
      const id = await acceptMessage(deps, request as unknown as FastifyRequest, msg, '');
      const ignored = [...(beside.get(body) ?? []), ...Object.keys(body).filter((name) => !known.has(name))];
      if (ignored.length > 0) reply.header('x-ultronex-ignored', ignored.slice(0, mostNamed).map(headerName).join(','));
      reply
        .header('x-ultronex-id', id ?? '')
        .type('text/plain; charset=utf-8')
        .send('ok' as never);
    },
  );
}

/** An error with one of Slack's error codes (`word`) and a reason for people. */
class WebhookRefused extends Error {
  readonly word: string;
  readonly status: number;
  constructor(word: string, reason: string, status = 400) {
    super(reason);
    this.word = word;
    this.status = status;
  }
}

const payloadIsNone = () =>
  new WebhookRefused('invalid_payload', 'the body is no JSON object; send {"text": "…"} or the form field payload');

function toMessage(given: Given, ofAddress: string): Message {
  const wrong = (name: string, what: string) => new WebhookRefused('invalid_payload', `${name} ${what}`);
  const text = (name: keyof Given, most: number): string | undefined => {
    const value = given[name];
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'string' && typeof value !== 'number') throw wrong(name, 'must be a text');
    if (String(value).length > most) throw wrong(name, `has more than ${most} characters`);
    return String(value);
  };
  const flag = (name: keyof Given): boolean | undefined => {
    const value = given[name];
    if (value === undefined || value === null || value === '') return undefined;
    if (!['true', 'false', '1', '0'].includes(String(value))) throw wrong(name, 'must be true or false');
    return String(value) === 'true' || String(value) === '1';
  };
  const list = (name: 'blocks' | 'attachments', most: number, tooMany: string) => {
    const value = given[name];
    if (value === undefined || value === null) return undefined;
    const isList = Array.isArray(value) && value.every((each) => typeof each === 'object' && each !== null);
    if (!isList) throw new WebhookRefused(`invalid_${name}`, `${name} must be a list of objects`);
    if (value.length > most) throw new WebhookRefused(tooMany, `${name} has more than ${most}`);
    return value.length === 0 ? undefined : (value as Record<string, unknown>[]);
  };
  const blocks = list('blocks', 50, 'invalid_blocks') as Message['blocks'];
  if (blocks?.some(({ type }) => typeof type !== 'string'))
    throw new WebhookRefused('invalid_blocks', 'a block has no type');
  const attachments = list('attachments', maxAttachments, 'too_many_attachments');
  const said = text('text', maxText) ?? '';
  if (said === '' && blocks === undefined && attachments === undefined) {
    throw new WebhookRefused('no_text', 'there is neither text nor blocks nor attachments');
  }
  const thread = text('thread_ts', 30);
  if (thread !== undefined && !/^\d{1,12}\.\d{1,6}$/.test(thread)) throw wrong('thread_ts', 'is no ts of a message');
  const icon = text('icon_emoji', 102);
  const url = text('icon_url', 2_000);
  const username = plainName(text('username', 1_000) ?? '', 80);
  const fields = {
    blocks,
    attachments,
    thread_ts: thread,
    username: username === '' ? undefined : username,
    icon_emoji: icon === undefined ? undefined : `:${icon.replace(/^:|:$/g, '')}:`,
    icon_url: icon === undefined ? url : undefined,
    reply_broadcast: thread === undefined ? undefined : flag('reply_broadcast'),
    unfurl_links: flag('unfurl_links'),
    unfurl_media: flag('unfurl_media'),
    mrkdwn: flag('mrkdwn'),
    link_names: flag('link_names'),
  };
  const to = (text('channel', 200) ?? ofAddress).trim();
  if (/\s/.test(to)) throw new WebhookRefused('channel_not_found', `channel "${to}" has a space`, 404);
  return { channel: named(to), text: said, ...defined(fields) } as Message;
}

const defined = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;

const headerName = (name: string): string => name.slice(0, 60).replace(/[^\w.-]/g, '_');

type Failure = Error & Partial<Pick<FastifyError, 'statusCode' | 'validation' | 'validationContext'>>;

function refuse(error: Failure, request: FastifyRequest, reply: FastifyReply): void {
  const [status, word] = wordOf(error);
  if (status >= 500 && !isLogged(error)) reply.log.error({ err: error }, 'webhook failed');
  const { retryAfterSeconds = status === 503 ? 5 : undefined } = error as { retryAfterSeconds?: number };
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  reply
    .status(status)
    .type('text/plain; charset=utf-8')
    .send(`${word}: ${reasonOf(error, status, request)}`);
}

function reasonOf(error: Failure, status: number, request: FastifyRequest): string {
  if (status === 500) return 'something went wrong on our side; it is in the log';
  if (error.validation) return describeValidation(error).reason;
  return error instanceof UltronexError ? error.told(callerOf(request)) : error.message;
}

function wordOf(error: Failure): [status: number, word: string] {
  if (error instanceof WebhookRefused) return [error.status, error.word];
  if (error instanceof InvalidRequest && error.field === 'channel') {
    return [404, error.message.includes('@') ? 'user_not_found' : 'channel_not_found'];
  }
  if (error instanceof InvalidRequest)
    return [error.field === 'text' ? 400 : 422, error.field === 'text' ? 'no_text' : 'invalid_payload'];
  if (error instanceof UltronexError) return [error.status, words[error.status] ?? 'invalid_payload'];
  if (error.validation) return [422, 'invalid_payload'];
  const status = error.statusCode ?? 500;
  if (status === 422) return [400, 'invalid_payload'];
  return [status, words[status] ?? (status >= 500 ? 'rollup_error' : 'invalid_payload')];
}

/** Slack's error codes by status. */
const words: Readonly<Record<number, string>> = {
  401: 'invalid_auth',
  403: 'action_prohibited',
  429: 'rate_limited',
  503: 'rollup_error',
};
