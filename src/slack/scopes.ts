export interface BotScope {
  scope: string;
  /** What the bot does with it, for whoever installs it: the end of "It can …". */
  use: string;
  /** Granted or not, as whoever installs the app likes: https://docs.slack.dev/changelog/2026/03/16/optional-scopes */
  isOptional?: true;
}

/** The scopes of the app, and what each is for. */
export const botScopes: readonly BotScope[] = [
  { scope: 'app_mentions:read', use: 'see messages that mention it' },
  // conversations.list, names of channels
  { scope: 'channels:read', use: 'see the names of public channels' },
  { scope: 'groups:read', use: 'see the names of private channels that it is a member of' },
  // the message events, and looking for a post whose answer was lost
  { scope: 'channels:history', use: 'read messages in public channels that it is a member of, to match patterns' },
  { scope: 'groups:history', use: 'read messages in private channels that it is a member of' },
  { scope: 'im:history', use: 'read direct messages that people send to it' },
  { scope: 'mpim:history', use: 'read group messages that it is a member of' },
  { scope: 'chat:write', use: 'post messages' },
  { scope: 'chat:write.public', use: 'post in public channels that it is not a member of' },
  // username, icon_emoji and icon_url of messages that other programs send through us
  { scope: 'chat:write.customize', use: 'post under another name or icon, for programs that post through it' },
  { scope: 'commands', use: 'add its slash command' },
  // attachments: fetched to be matched, uploaded when forwarded
  { scope: 'files:read', use: 'read files in messages, to match patterns in them' },
  { scope: 'files:write', use: 'upload files with the messages that it forwards' },
  // users.info: guests and users of other workspaces may not give commands; names of people
  { scope: 'users:read', use: 'see names of people, and who is a guest' },
  // users.lookupByEmail: messages to ada@example.com
  { scope: 'users:read.email', use: 'find people by their e-mail address' },
  // conversations.open: the channel id of somebody's direct messages
  { scope: 'im:write', use: 'begin direct messages' },
  // conversations.create: ALERT_CHANNEL, when it is not there at the first start; without it a person makes the channel
  { scope: 'channels:manage', use: 'create the channel for alerts, when it is missing', isOptional: true },
  // conversations.join: the same, when it is there
  { scope: 'channels:join', use: 'join the channel for alerts', isOptional: true },
];

/**
 * What the events for programs outside need besides (docs/events.md). The other ones have a scope of `botScopes`: messages
 * `*:history`, channel_joined `channels:read` and `groups:read`, team_joined `users:read`: https://docs.slack.dev/reference/events
 */
const eventScopes: readonly BotScope[] = [
  { scope: 'reactions:read', use: 'see reactions to messages in channels that it is a member of' },
  { scope: 'im:read', use: 'see when somebody begins direct messages with it' },
];

/** Returns the scopes that the app needs. @param records whether events are recorded for programs outside */
export const neededScopes = (records: boolean): readonly BotScope[] => [
  ...botScopes.filter(({ isOptional = false }) => !isOptional),
  ...(records ? eventScopes : []),
];
