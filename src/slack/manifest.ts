import { botScopes, neededScopes } from './scopes.ts';

export type ManifestFor = ({ mode: 'socket' } | { mode: 'http'; host: string }) & {
  /** With the slash command `/heroku-status`. */
  heroku?: boolean;
  /** With the events and scopes that only programs outside need (docs/events.md). */
  events?: boolean;
  /** Host of this program, when other workspaces install the app at its /slack/install. */
  installHost?: string;
};

/**
 * The app's manifest, to paste at https://api.slack.com/apps → "From a manifest".
 * Keys: https://docs.slack.dev/reference/app-manifest
 */
export function slackManifest(target: ManifestFor) {
  const { installHost, events = false } = target;
  const url = (path: string) => (target.mode === 'http' ? { url: address(target.host, path) } : {});
  const requestUrl = (path: string) => (target.mode === 'http' ? { request_url: address(target.host, path) } : {});

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
        ...(target.heroku === true
          ? [
              {
                command: '/heroku-status',
                ...url('command'),
                description: 'The state of your apps on Heroku',
                usage_hint: '[app] | help',
                should_escape: true,
              },
            ]
          : []),
      ],
    },
    oauth_config: {
      ...(installHost !== undefined && { redirect_urls: [address(installHost, 'oauth_redirect')] }),
      scopes: {
        bot: neededScopes(events).map(({ scope }) => scope),
        bot_optional: botScopes.filter(({ isOptional = false }) => isOptional).map(({ scope }) => scope),
      },
    },
    settings: {
      event_subscriptions: { ...requestUrl('events'), bot_events: [...botEvents, ...(events ? outsideEvents : [])] },
      interactivity: { is_enabled: true, ...requestUrl('interactive') },
      socket_mode_enabled: target.mode === 'socket',
      org_deploy_enabled: installHost !== undefined,
      token_rotation_enabled: false,
    },
  };
}

/** @param host `bot.example.com`, or its address */
const address = (host: string, path: string) =>
  `https://${host.replace(/^https?:\/\//, '').replace(/\/+$/, '')}/slack/${path}`;

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

/** For programs outside, which get every event. */
const outsideEvents = ['reaction_added', 'reaction_removed', 'team_join', 'im_created'];
