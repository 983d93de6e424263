import type { RecordedEvent } from './team-event.ts';

/** Kind of conversation. Private channels and group messages are matched only if the settings list them. */
export type ChannelKind = 'channel' | 'private' | 'im' | 'mpim';

/** A file in an event. */
export interface IncomingFile {
  id: string;
  name: string;
  mimetype: string;
  /** Bytes; 0 when Slack does not say. */
  size: number;
  /** Download address, which needs the bot token. Empty when Slack sent the id only; the rest has to be requested. */
  url: string;
  /** Present when the file cannot be read: the reason, such as `deleted` or `kept in Google Drive, not in Slack`. */
  unread?: string;
  /** The beginning of its text, as sent by Slack; matched when the file itself is not read. */
  excerpt?: string;
}

/** A message that was posted or edited (Slack's events `message` and `app_mention`). */
export interface IncomingMessage {
  kind: 'message';
  /** Idempotency key `team:channel:ts`: the same for `message`, `app_mention` and every redelivery of a post. */
  key: string;
  /** Ties log lines and deliveries to this event. */
  trace: string;
  /** The workspace whose installation of the bot received the event; subscriptions, commands and files belong to it. */
  team: string;
  /** The workspace of the author; in a shared channel it may differ from `team`. */
  authorTeam: string;
  channel: string;
  channelKind: ChannelKind;
  user: string;
  /** The bot's own user id in this workspace. */
  botUser: string;
  /** The post's own text in mrkdwn; commands are parsed from it. */
  text: string;
  /** All visible text of the post, plain and normalised (`domain/visible-text.ts`); patterns are matched in it. */
  visible: string;
  /** All text of the post in mrkdwn, for forwards; absent when it equals `text`. */
  shown?: string;
  /** `visible` with ids for mentions and addresses for links; absent without any. Patterns are matched in it, too. */
  references?: string;
  ts: string;
  threadTs?: string;
  /** Slack's subtype, absent for a plain post: `file_share`, `thread_broadcast`, `channel_join`, `message_changed` … */
  subtype?: string;
  /**
   * Present for an edit; `files` are then the files that it added. `isTextNew`: the visible text changed. `before`: the
   * former visible text, or null if it is unknown.
   */
  edit?: { isTextNew: boolean; before: string | null };
  /** Whether an app or integration wrote it. */
  fromBot: boolean;
  /** Present when this program, or another instance of it, wrote it. */
  own?: true;
  /** The author's name as plain text, if a mention would not show it: an app, or a user of another workspace. */
  authorName?: string;
  files: IncomingFile[];
  permalink: string;
  /** Present when the message is recorded for programs outside. */
  recorded?: RecordedEvent;
}

/** A command from `/ultronex …` or a button. Only its user sees the reply. */
export interface CommandRequest {
  kind: 'command';
  /** Begins with `team:`, as the keys of all events: an erase finds them by that. */
  key: string;
  trace: string;
  team: string;
  channel: string;
  user: string;
  text: string;
}

/** An event that causes nothing but its record for programs outside: a reaction, a deletion. */
export interface IncomingNotice {
  kind: 'notice';
  key: string;
  trace: string;
  team: string;
  recorded: RecordedEvent;
}

export type IncomingEvent = IncomingMessage | CommandRequest | IncomingNotice;
