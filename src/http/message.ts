import type { Static } from 'typebox';
import { compose } from '../domain/compose.ts';
import type { Attachment, SlackFields } from '../domain/delivery.ts';
import type { Destination } from '../domain/destination.ts';
import { InvalidRequest } from '../domain/errors.ts';
import { indentJson } from '../domain/json.ts';
import { isVisible, plainName } from '../domain/names.ts';
import { escapeMrkdwn } from '../domain/text.ts';
import { Type } from '../lib/schema.ts';
import type { UnitOfWork } from '../ports/unit-of-work.ts';
import type { HttpDeps } from './deps.ts';
import { shapes } from './shapes.ts';

export const channel = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: shapes.recipient,
  description: '#name, name, a channel id; for a direct message a user id, @name or the e-mail address of a person.',
});
export const maxText = 40_000;
/** Slack's limit: https://docs.slack.dev/reference/methods/chat.postMessage */
export const maxAttachments = 100;
const some = (description: string) => Type.Optional(Type.Boolean({ description }));
const objects = (description: string, maxItems: number) =>
  Type.Optional(Type.Array(Type.Object({}, { additionalProperties: true }), { maxItems, description }));

export const message = Type.Object({
  channel,
  text: Type.String({
    minLength: 1,
    maxLength: maxText,
    description: 'mrkdwn; also what notifications show when there are blocks.',
  }),
  title: Type.Optional(
    Type.Union([Type.String({ maxLength: 3_000 }), Type.Null()], {
      description: 'Shown in bold above the text, and as the name of the payload. Not with blocks, which hide it.',
    }),
  ),
  payload: Type.Optional(
    Type.Any({
      description: 'Uploaded as a snippet in the thread of the message: a text as it is, anything else as JSON.',
    }),
  ),
  thread_ts: Type.Optional(Type.String({ pattern: shapes.ts, description: 'The `ts` of the message to reply to.' })),
  blocks: Type.Optional(
    Type.Array(Type.Object({ type: Type.String() }, { additionalProperties: true }), {
      maxItems: 50,
      description: 'Block Kit.',
    }),
  ),
  attachments: objects('Slack’s legacy attachments: coloured text beside a bar.', maxAttachments),
  username: Type.Optional(
    Type.String({ maxLength: 200, description: 'Shown in place of the bot’s name; cut at 80 characters.' }),
  ),
  icon_emoji: Type.Optional(
    Type.String({ pattern: shapes.emoji, description: '`:fire:` in place of the bot’s picture.' }),
  ),
  icon_url: Type.Optional(
    Type.String({ maxLength: 2_000, pattern: shapes.address, description: 'A picture in place of the bot’s.' }),
  ),
  unfurl_links: some('Whether Slack shows a preview of linked pages.'),
  unfurl_media: some('Whether Slack shows a preview of linked pictures and videos.'),
  reply_broadcast: some('With `thread_ts`: shows the reply in the channel too.'),
  mrkdwn: some('False: the text is shown as it is, asterisks and all.'),
  link_names: some('True: Slack makes links of names such as @ada and #ops in the text.'),
  escape: some('True: `& < >` in text and title are shown literally; otherwise they are Slack’s control characters.'),
  ttl: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 604_800, description: 'Seconds it may wait before it expires.' }),
  ),
  merge: Type.Optional(
    Type.Boolean({ description: 'False: never merged with similar messages, however far the channel falls behind.' }),
  ),
});
export type Message = Static<typeof message>;

/** A message to a channel, or to a destination besides Slack. */
export const messageOrTo = Type.Object({
  ...message.properties,
  channel: Type.Optional(channel),
  to: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 63,
      description: 'In place of a channel: the name of a destination of DESTINATIONS_DIR, such as `mail`.',
    }),
  ),
});

/** Prefix of field names in errors: `msg.` where the message is nested in an object. */
export type Prefix = 'msg.' | '';
type Wrong = (field: string, reason: string) => InvalidRequest;
const wrongIn =
  (prefix: Prefix): Wrong =>
  (field, reason) =>
    new InvalidRequest(prefix + field, `${prefix}${field} ${reason}`);

/** Checks rules that the schema cannot express. @throws InvalidRequest for input without a visible effect */
export function checkMessage(msg: Omit<Message, 'channel'>, prefix: Prefix = 'msg.'): void {
  const wrong = wrongIn(prefix);
  const isShown = isVisible(msg.text) || hasContent(msg.blocks) || hasContent(msg.attachments);
  if (!isShown) throw wrong('text', 'has nothing that can be seen: only white space or invisible characters');
  if (msg.title && !isVisible(msg.title)) throw wrong('title', 'has nothing that can be seen; leave it out');
  if (msg.title && hasContent(msg.blocks) && payloadFile(msg) === null) {
    throw wrong('title', 'is not shown beside blocks; put a header block into the blocks in its place');
  }
  if (msg.reply_broadcast && msg.thread_ts === undefined) {
    throw wrong('reply_broadcast', 'has no effect without thread_ts; give both, or neither');
  }
  if (msg.icon_emoji !== undefined && msg.icon_url !== undefined) {
    throw wrong('icon_url', 'has no effect beside icon_emoji; give one of them');
  }
  if (msg.username !== undefined && plainName(msg.username, 80) === '') {
    throw wrong('username', 'has nothing that can be seen; leave it out');
  }
}

const hasContent = (list: readonly unknown[] | undefined): boolean => list !== undefined && list.length > 0;

/** Returns the unit of work that delivers a checked message. */
export function toWork(
  deps: Pick<HttpDeps, 'clock' | 'newId' | 'ttlMs'>,
  team: string,
  msg: Omit<Message, 'channel'>,
  destination: Destination,
  prefix: Prefix = 'msg.',
): UnitOfWork {
  const id = deps.newId();
  const file = payloadFile(msg);
  const shown = msg.escape ? escapeMrkdwn : (text: string) => text;
  const [text, title] = [shown(msg.text), msg.title ? shown(msg.title) : undefined];
  if (text.length > maxText)
    throw wrongIn(prefix)('text', `has ${text.length} characters with & < > escaped; ${maxText} may be`);
  const name = msg.title ? plainName(msg.title, 200) : undefined;
  const attachments: Attachment[] = file === null ? [] : [{ blob: id, name: file.name, title: name || undefined }];
  const slackFields = slackFieldsOf(msg);
  // A digest grows by edits, and Slack edits no text of more than 4,000 characters.
  const mergeable =
    msg.merge !== false &&
    text.length <= 3_500 &&
    file === null &&
    slackFields === undefined &&
    msg.blocks === undefined &&
    msg.thread_ts === undefined;
  const stamp = { newId: deps.newId, now: deps.clock.now(), ttlMs: deps.ttlMs };
  const delivery = compose(stamp, {
    id,
    team,
    destination,
    text,
    title,
    blocks: msg.blocks,
    threadTs: msg.thread_ts,
    slackFields,
    attachments,
    source: 'api',
    similarTo: mergeable ? (title ? `${title}\n${text}` : text) : undefined,
    ttlMs: msg.ttl === undefined ? undefined : msg.ttl * 1_000,
  });
  return { deliveries: [delivery], blobs: file === null ? [] : [{ id, bytes: file.bytes }] };
}

/** Fields that are passed to Slack unchanged. `username` is passed too, but cut. */
export const passedOn = [
  ...(['icon_emoji', 'icon_url', 'attachments', 'unfurl_links', 'unfurl_media'] as const),
  ...(['reply_broadcast', 'mrkdwn', 'link_names'] as const),
];

/** Fields that other destinations than Slack do not have. */
export const slackOnly = [...passedOn, 'payload', 'thread_ts', 'blocks', 'username'] as const;

function slackFieldsOf(msg: Omit<Message, 'channel'>): SlackFields | undefined {
  let fields: SlackFields | undefined;
  for (const name of passedOn) {
    if (msg[name] !== undefined) fields = { ...fields, [name]: msg[name] };
  }
  return msg.username === undefined ? fields : { username: plainName(msg.username, 80), ...fields };
}

function payloadFile({ payload }: Pick<Message, 'payload'>): { name: string; bytes: Uint8Array } | null {
  if (payload === undefined || payload === null || payload === '') return null;
  if (typeof payload === 'string') return { name: 'payload.txt', bytes: Buffer.from(payload) };
  return { name: 'payload.json', bytes: Buffer.from(`${indentJson(payload)}\n`) };
}
