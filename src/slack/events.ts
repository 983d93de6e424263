import { randomUUID } from 'node:crypto';
import type { ChannelKind, IncomingMessage } from '../domain/event.ts';
import { type Names, noNames, referenceText, visibleText } from '../domain/visible-text.ts';
import { authorOf } from './author.ts';
import type { Identity } from './identity.ts';
import { installationTeam } from './installation.ts';
import { type Json, object, text } from './json.ts';
import { permalink } from './permalink.ts';
import { editOf } from './post-edit.ts';
import { filesOf } from './post-files.ts';
import { shownTextOf, textOf } from './post-text.ts';

/**
 * An `event_callback` as the pipeline reads it; null for what is no post that somebody can read (deletions, other
 * events, anything malformed). Never throws, whatever came.
 * `kindOf` knows what the event does not say: `app_mention` comes without `channel_type`.
 * Shapes: https://docs.slack.dev/reference/events/message and …/app_mention
 */
export function toIncoming(
  body: unknown,
  identity: Identity,
  kindOf: (channel: string) => ChannelKind | null = () => null,
  names: Names = noNames,
): IncomingMessage | null {
  const envelope = object(body);
  const event = object(envelope?.event);
  if (!envelope || !event) return null;
  if (event.type !== 'message' && event.type !== 'app_mention') return null;
  const edit = event.subtype === 'message_changed' ? editOf(event) : undefined;
  const channel = channelId(event.channel);
  if (edit === null || !channel) return null;

  const post = edit?.post ?? event;
  const ts = timestamp(post.ts);
  const team = installationTeam(envelope, identity, () => kindOf(channel) !== null);
  const author = authorOf(post, envelope, identity, team);
  if (!ts || !author || unreadable.has(String(post.subtype))) return null;

  const threadTs = timestamp(post.thread_ts);
  const subtype = edit ? 'message_changed' : text(post.subtype);
  return {
    kind: 'message',
    // Not `team`: `message` and `app_mention` of one post may name different installations.
    key: `${identity.team}:${channel}:${ts}${edit?.key ?? ''}`,
    trace: traceOf(envelope.event_id),
    team,
    ...author,
    channel,
    channelKind: channelKind(event.channel_type, channel) ?? kindOf(channel) ?? 'private',
    botUser: identity.botUser,
    ...said(post, names),
    ts,
    ...(threadTs && threadTs !== ts && { threadTs }),
    ...(subtype && { subtype }),
    files: edit?.files ?? filesOf(post),
    ...(edit && { edit: { isTextNew: edit.isTextNew, before: edit.before } }),
    permalink: permalink(identity.url, channel, ts, threadTs ?? undefined),
  };
}

function channelId(value: unknown): string | null {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(value) ? value : null;
}

/** Returns a post's own text, and all its text as readers see it. */
function said(post: Json, names: Names): Pick<IncomingMessage, 'text' | 'shown' | 'visible' | 'references'> {
  const own = textOf(post);
  const shown = shownTextOf(post);
  const references = referenceText(shown);
  return {
    text: own,
    visible: visibleText(shown, names),
    ...(shown !== own && { shown }),
    ...(references !== null && { references }),
  };
}

/** Subtypes without a text: the post is deleted, or the event is about the counters of a thread. */
const unreadable = new Set(['message_deleted', 'message_replied', 'tombstone']);

function channelKind(type: unknown, channel: string): ChannelKind | null {
  switch (type) {
    case 'channel':
      return 'channel';
    case 'group':
      return 'private';
    case 'mpim':
      return 'mpim';
    case 'im':
    case 'app_home':
      return 'im';
    default:
      // Ids of public and private channels begin with C or G, so the letter identifies direct messages only.
      return channel.startsWith('D') ? 'im' : null;
  }
}

/** Returns what ties log lines to an event. */
export function traceOf(eventId: unknown): string {
  return typeof eventId === 'string' && /^[A-Za-z0-9]{1,32}$/.test(eventId) ? eventId : randomUUID().slice(0, 8);
}

/** `1700000001.123456` */
function timestamp(value: unknown): string | null {
  return typeof value === 'string' && /^\d{1,12}\.\d{1,9}$/.test(value) ? value : null;
}
