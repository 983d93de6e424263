import type { IncomingNotice } from '../domain/event.ts';
import { recordedEvent } from '../domain/record-event.ts';
import type { RecordedEvent, Recording, TeamEvent } from '../domain/team-event.ts';
import { writtenSubtypes } from '../domain/written-subtypes.ts';
import type { EventHandler } from '../ports/source.ts';
import { authorOf } from './author.ts';
import { endingOf } from './ending.ts';
import type { Identity } from './identity.ts';
import { installationTeam, workspaceOf } from './installation.ts';
import { type Json, object, objects, text } from './json.ts';
import type { SlackSetup } from './options.ts';

type Fields = Partial<Omit<TeamEvent, 'id' | 'provider'>> & Pick<TeamEvent, 'type'>;

/** What an event says, and what tells it from others that have the same type, channel and timestamps. */
interface Read {
  fields: Fields;
  distinct?: string;
}

/**
 * An `event_callback` as the event for programs outside; null for one that they do not get. Never throws, whatever came.
 * Shapes: https://docs.slack.dev/reference/events
 */
export function toRecorded(
  body: unknown,
  identity: Identity,
  recording: Recording,
  seesChannel: (channel: string) => boolean = () => false,
): RecordedEvent | null {
  const envelope = object(body);
  const event = object(envelope?.event);
  if (!envelope || !event) return null;
  const found = read(event, envelope, identity, recording);
  if (found === null) return null;
  const { fields, distinct } = found;
  const team = installationTeam(envelope, identity, () => seesChannel(fields.channel_uid ?? ''));
  const of = {
    team,
    team_uid: workspaceOf(envelope, identity, team),
    relax_bot_uid: identity.botUser,
    namespace: recording.namespace,
  };
  return recordedEvent({ ...fields, ...of }, distinct);
}

function read(event: Json, envelope: Json, me: Identity, recording: Recording): Read | null {
  const happened = { event_timestamp: text(event.event_ts) ?? text(event.ts) ?? secondsOf(envelope.event_time) };
  switch (event.type) {
    case 'message':
    case 'app_mention':
      return ofMessage(event, envelope, me, recording);
    case 'reaction_added':
    case 'reaction_removed': {
      const item = object(event.item);
      const user = text(event.user) ?? '';
      const [channel, ts] = [text(item?.channel), text(item?.ts)];
      // Reactions to a file have no message.
      if (channel === null || ts === null) return null;
      if (user === me.botUser && !recording.ownMessages) return null;
      const reaction = text(event.reaction) ?? '';
      const about = { channel_uid: channel, user_uid: user, text: reaction, timestamp: ts };
      return { fields: { type: event.type, ...about, ...happened }, distinct: `${user}\n${reaction}` };
    }
    case 'channel_joined':
      return ofJoined(idOf(event.channel), happened);
    case 'member_joined_channel':
      return text(event.user) === me.botUser ? ofJoined(text(event.channel), happened) : null;
    case 'team_join': {
      const user = idOf(event.user);
      return user === null
        ? null
        : { fields: { type: 'team_joined', user_uid: user, ...both(happened) }, distinct: user };
    }
    case 'im_created': {
      const [channel, user] = [idOf(event.channel), text(event.user) ?? ''];
      if (channel === null) return null;
      const about = { channel_uid: channel, user_uid: user, im: true };
      return { fields: { type: 'im_created', ...about, ...both(happened) } };
    }
    case 'tokens_revoked':
    case 'app_uninstalled': {
      const ending = endingOf(event);
      return ending && { fields: { type: 'disable_bot', text: ending, ...happened }, distinct: ending };
    }
    default:
      return null;
  }
}

function ofMessage(event: Json, envelope: Json, me: Identity, { ownMessages }: Recording): Read | null {
  const channel = text(event.channel);
  const subtype = text(event.subtype);
  if (channel === null) return null;
  const isEdit = subtype === 'message_changed';
  const isDeletion = subtype === 'message_deleted' || (isEdit && object(event.message)?.subtype === 'tombstone');
  if (subtype !== null && !isEdit && !isDeletion && !writtenSubtypes.has(subtype)) return null;
  const post = isDeletion ? (object(event.previous_message) ?? {}) : isEdit ? object(event.message) : event;
  const ts = (isDeletion ? text(event.deleted_ts) : null) ?? text(post?.ts);
  if (!post || ts === null) return null;
  const author = authorOf(post, envelope, me, me.team);
  if (author?.own && !ownMessages) return null;
  const about = { channel_uid: channel, user_uid: text(post.user) ?? text(post.bot_id) ?? '', timestamp: ts };
  const happened = { event_timestamp: text(event.ts) ?? text(event.event_ts) ?? ts };
  if (isDeletion) return { fields: { type: 'message_deleted', ...about, ...happened } };
  const said = { text: typeof post.text === 'string' ? post.text : '', attachments: objects(post.attachments) };
  return { fields: { type: isEdit ? 'message_edited' : 'message_new', ...about, ...said, ...happened } };
}

function ofJoined(channel: string | null, happened: { event_timestamp: string }): Read | null {
  return channel === null ? null : { fields: { type: 'channel_joined', channel_uid: channel, ...both(happened) } };
}

/** Events that are about no message have the same time in both fields, as in Relax. */
const both = ({ event_timestamp }: { event_timestamp: string }) => ({ timestamp: event_timestamp, event_timestamp });

/** An id, or that of an object. */
const idOf = (value: unknown): string | null => text(value) ?? text(object(value)?.id);

/** Seconds since the epoch, in the form of Slack's other times. */
const secondsOf = (value: unknown): string => (typeof value === 'number' ? `${value}.000000` : '');

/** A recorded event that causes nothing else. The key lets it be written once. */
export function noticeOf(recorded: RecordedEvent, trace: string): IncomingNotice {
  return { kind: 'notice', key: `${recorded.team}:event:${recorded.id}`, trace, team: recorded.team, recorded };
}

/** Errors by which Slack says that a token will not work again: https://docs.slack.dev/reference/methods/auth.test#errors */
const endsBot = new Set(['account_inactive', 'token_revoked', 'invalid_auth']);

/**
 * Records that Slack refuses the token of a bot, once a token: its hash is part of the id. When it cannot be written, the next call
 * with the token tries again.
 */
export async function recordRefusal(
  error: string,
  { recording, token, clock, log }: Pick<SlackSetup, 'recording' | 'token' | 'clock' | 'log'>,
  identity: Identity | null,
  handle: EventHandler | null,
): Promise<void> {
  if (recording === null || identity === null || handle === null || !endsBot.has(error)) return;
  const event_timestamp = (clock.now() / 1_000).toFixed(6);
  const of = { team_uid: identity.team, relax_bot_uid: identity.botUser, namespace: recording.namespace };
  const fields = { type: 'disable_bot', text: error, ...of, ...both({ event_timestamp }) } as const;
  const recorded = recordedEvent(fields, `${error}\n${token()}`, false);
  await handle(noticeOf(recorded, 'refused')).catch((failure) =>
    log.warn({ err: failure }, 'a refused token is not recorded yet'),
  );
}
