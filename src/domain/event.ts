/** Where a message was written. Private channels and group messages are never matched unless they are listed. */
export type ChannelKind = 'channel' | 'private' | 'im' | 'mpim';

/** A file as Slack names it in an event. */
export interface IncomingFile {
  id: string;
  name: string;
  mimetype: string;
  /** Bytes; 0 when Slack does not say. */
  size: number;
  /** Needs the bot token. Empty: Slack sent the id alone, and has to be asked for the rest. */
  url: string;
  /** Present: it cannot be read, and why, for people: `deleted`, `kept in Google Drive, not in Slack`. */
  unread?: string;
  /** What Slack sent of its text: matched when the file itself is not read. */
  excerpt?: string;
}

/** A post that somebody wrote (Slack's `message` and `app_mention` events), before anything was decided about it. */
export interface IncomingMessage {
  kind: 'message';
  /** Acts once: `team:channel:ts`, the same for `message`, `app_mention` and every redelivery of one post. */
  key: string;
  /** Ties log lines and deliveries to this event. */
  trace: string;
  /** The workspace whose installation of the bot received the event; subscriptions, commands and files belong to it. */
  team: string;
  /** The workspace of the author; another one than `team` in a shared channel. */
  authorTeam: string;
  channel: string;
  channelKind: ChannelKind;
  user: string;
  /** The bot's own user id in this workspace. */
  botUser: string;
  /** The post's own text in Slack's mrkdwn, as it came: commands are read from it. */
  text: string;
  /** All text of the post as a reader sees it, plain and normalised (`domain/visible-text.ts`): patterns are matched in it. */
  visible: string;
  /** All of it in Slack's mrkdwn, as a forward shows it; absent when `text` is all there is. */
  shown?: string;
  /** `visible` with ids for mentions and addresses for links; absent when there are none. Patterns are matched in both. */
  references?: string;
  ts: string;
  threadTs?: string;
  /** Slack's subtype, absent for a plain post: `file_share`, `thread_broadcast`, `channel_join`, `message_changed` … */
  subtype?: string;
  /**
   * Present: an edit. `files` are then those that it added. `isTextNew`: readers see another text than before, which is
   * `before` (null: not known).
   */
  edit?: { isTextNew: boolean; before: string | null };
  /** Written by an app or integration. */
  fromBot: boolean;
  /** Present: written by this program, or by another instance of it. */
  own?: true;
  /** The author's name, plain, where a mention would not show it: of an app, or of a user of another workspace. */
  authorName?: string;
  files: IncomingFile[];
  /** Where a reader finds it in Slack. */
  permalink: string;
}

/** A command given by `/ultronex …` or a button; its answer is shown to that user only. */
export interface CommandRequest {
  kind: 'command';
  key: string;
  trace: string;
  team: string;
  channel: string;
  user: string;
  text: string;
}

export type IncomingEvent = IncomingMessage | CommandRequest;
