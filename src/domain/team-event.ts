/** Types of the events for programs outside, as Relax (github.com/zerobotlabs/relax) names them. */
type TeamEventType =
  | 'message_new'
  | 'message_edited'
  | 'message_deleted'
  | 'reaction_added'
  | 'reaction_removed'
  | 'channel_joined'
  | 'team_joined'
  | 'im_created'
  | 'disable_bot';

/** An event of a workspace, with the fields of Relax and an id. A field that has no value is ''. */
export interface TeamEvent {
  /** The same whenever the workspace sends the event again. */
  id: string;
  type: TeamEventType;
  /** The author of a message, who reacted, or who joined. */
  user_uid: string;
  channel_uid: string;
  /** The workspace of the event. */
  team_uid: string;
  /** Whether the channel is a direct message. */
  im: boolean;
  /** The text of a message, the name of a reaction, or the reason of `disable_bot`. */
  text: string;
  /** The bot's user. */
  relax_bot_uid: string;
  /** The message that the event is about: with `channel_uid` it identifies a message. */
  timestamp: string;
  provider: 'slack';
  /** When the event happened, in Slack's form `1700000001.000100`. */
  event_timestamp: string;
  /** The name that the owner of an installation registered for it; '' if none. */
  namespace: string;
  /** Legacy attachments of a message, as Slack sends them. */
  attachments: unknown[];
}

/** An event as the store keeps it; `body` is the TeamEvent as JSON, `team` the installation whose bot received it. */
export interface RecordedEvent {
  id: string;
  team: string;
  body: string;
}

/** Which events of a workspace are recorded for programs outside. */
export interface Recording {
  namespace: string;
  /** Whether the bot's own messages are among them. */
  ownMessages: boolean;
}
