export type ManifestFor = { mode: 'socket' } | { mode: 'http'; host: string };

/**
 * The app's manifest, to paste at https://api.slack.com/apps → "From a manifest".
 * Keys: https://docs.slack.dev/reference/app-manifest
 */
export function slackManifest(target: ManifestFor) {
  const address = (path: string) =>
    target.mode === 'http'
      ? `https://${target.host.replace(/^https?:\/\//, '').replace(/\/+$/, '')}/slack/${path}`
      : null;
  const url = (path: string) => (target.mode === 'http' ? { url: address(path) } : {});
  const requestUrl = (path: string) => (target.mode === 'http' ? { request_url: address(path) } : {});

  return {
    display_information: {
      name: 'Ultronex',
      description: 'Forwards what matches your patterns, and posts for your scripts',
      background_color: '#1d2733',
    },
    features: {
      bot_user: { display_name: 'ultronex', always_online: true },
      // Commands by direct message need the messages tab to be writable.
      app_home: { home_tab_enabled: false, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      slash_commands: [
        {
          command: '/ultronex',
          ...url('commands'),
          description: 'Track patterns, mute, status',
          usage_hint: 'help | forward PATTERN | stop PATTERN | track | mute 2h',
          // Otherwise "#ops" arrives as text without the channel's id.
          should_escape: true,
        },
      ],
    },
    // https://docs.slack.dev/changelog/2026/03/16/optional-scopes
    oauth_config: { scopes: { bot: scopes, bot_optional: optionalScopes } },
    settings: {
      event_subscriptions: { ...requestUrl('events'), bot_events: botEvents },
      interactivity: { is_enabled: true, ...requestUrl('interactive') },
      socket_mode_enabled: target.mode === 'socket',
      org_deploy_enabled: false,
      token_rotation_enabled: false,
    },
  };
}

const scopes = [
  'app_mentions:read',
  // conversations.list, names of channels
  'channels:read',
  'groups:read',
  // the message events, and looking for a post whose answer was lost
  'channels:history',
  'groups:history',
  'im:history',
  'mpim:history',
  // posting, in public channels without joining first
  'chat:write',
  'chat:write.public',
  // username, icon_emoji and icon_url of messages that other programs send through us
  'chat:write.customize',
  'commands',
  // attachments: fetched to be matched, uploaded when forwarded
  'files:read',
  'files:write',
  // users.info: guests and users of other workspaces may not give commands; names of people
  'users:read',
  // users.lookupByEmail: messages to ada@example.com
  'users:read.email',
  // conversations.open: the channel id of somebody's direct messages
  'im:write',
];

/** Granted or not, as whoever installs the app likes; without them a person makes the channel and invites the bot. */
const optionalScopes = [
  // conversations.create: ALERT_CHANNEL, when it is not there at the first start
  'channels:manage',
  // conversations.join: the same, when it is there
  'channels:join',
];

const botEvents = [
  'app_mention',
  'message.channels',
  'message.groups',
  'message.im',
  'message.mpim',
  'channel_created',
  'channel_rename',
  'group_rename',
  // settings and patterns that name a channel which is gone
  'channel_archive',
  'channel_unarchive',
  'channel_deleted',
  'channel_left',
  'group_archive',
  'group_unarchive',
  'group_deleted',
  'group_left',
  // patterns of deactivated users rest
  'user_change',
  'member_joined_channel',
  'app_uninstalled',
  'tokens_revoked',
];
