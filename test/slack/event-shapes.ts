import type { Random } from '../support/random.ts';

export type Json = Record<string, unknown>;

/** Subtypes of `message`, https://docs.slack.dev/reference/events/message#subtypes, and some that were once. */
export const subtypes = [
  ...['assistant_app_thread', 'bot_message', 'bot_add', 'bot_remove', 'channel_archive', 'channel_convert_to_private'],
  ...['channel_join', 'channel_leave', 'channel_name', 'channel_posting_permissions', 'channel_purpose'],
  ...['channel_topic', 'channel_unarchive', 'document_mention', 'ekm_access_denied', 'file_comment', 'file_mention'],
  ...['file_share', 'group_archive', 'group_join', 'group_leave', 'group_name', 'group_purpose', 'group_topic'],
  ...['group_unarchive', 'huddle_thread', 'joiner_notification', 'me_message', 'message_changed', 'message_deleted'],
  ...['message_replied', 'pinned_item', 'reminder_add', 'reply_broadcast', 'sh_room_created', 'slackbot_response'],
  ...['thread_broadcast', 'tombstone', 'unpinned_item', 'not_invented_yet'],
] as const;

/** Other events that an app of ours is sent, or could be by a wrong manifest: https://docs.slack.dev/reference/events */
const others = [
  ...['app_home_opened', 'app_requested', 'app_uninstalled', 'channel_archive', 'channel_created', 'channel_deleted'],
  ...['channel_history_changed', 'channel_id_changed', 'channel_left', 'channel_rename', 'channel_shared'],
  ...['channel_unarchive', 'channel_unshared', 'dnd_updated_user', 'email_domain_changed', 'emoji_changed'],
  ...[
    'file_change',
    'file_created',
    'file_deleted',
    'file_public',
    'file_shared',
    'file_unshared',
    'function_executed',
  ],
  ...['grid_migration_finished', 'group_archive', 'group_close', 'group_deleted', 'group_left', 'group_rename'],
  ...['im_close', 'im_created', 'im_open', 'invite_requested', 'link_shared', 'member_joined_channel'],
  ...['member_left_channel', 'message_metadata_posted', 'pin_added', 'pin_removed', 'reaction_added'],
  ...['reaction_removed', 'resources_added', 'scope_denied', 'shared_channel_invite_accepted', 'star_added'],
  ...['subteam_created', 'team_access_granted', 'team_join', 'team_rename', 'tokens_revoked', 'url_verification'],
  ...['user_change', 'user_huddle_changed', 'workflow_step_execute', 'not_invented_yet'],
] as const;

const texts = [
  ...['hello', '', 'disk error at 03:00', '<@UBOT> help', '<@UBOT> forward err(or)?', '<@UBOT> forward (a+)+$'],
  ...['<@UBOT> forward ([', '<@UBOT> stop err(or)?', '<@UBOT> stop', '<@UBOT> track', '<@UBOT> mute 2h', '<@UBOT>'],
  ...['<@UBOT> forward x in #general', '<@UBOT> mute -1h', '<@UBOT> quote', '<@UBOT> status', '<@UBOT> \u0000\ud800'],
  ...['<@UBOT> forward “curly”', '<!channel> &lt;b&gt; <https://a.example|a>', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'],
  ...['日本語 🙂 \u202e \u2028', '`code` ```x```', '*_~'.repeat(500), 'error '.repeat(6_000)],
] as const;

/** Slack's events as they are when nothing is wrong with them. `url`: where files are said to be. */
export class Shapes {
  readonly #random: Random;
  readonly #url: string;
  #count = 0;

  constructor(random: Random, url: string) {
    this.#random = random;
    this.#url = url;
  }

  ts(): string {
    this.#count += 1;
    return `1700000000.${String(this.#count).padStart(6, '0')}`;
  }

  file(): Json {
    const id = `F${this.#random.below(1_000)}`;
    const url_private = this.#random.pick([
      `${this.#url}/${id}`,
      `https://files.slack.com/${id}`,
      'file:///etc/passwd',
    ]);
    return { id, name: 'app.log', mimetype: 'text/plain', size: 10, url_private, url_private_download: url_private };
  }

  post(subtype?: string): Json {
    const random = this.#random;
    return {
      type: 'message',
      ...(subtype !== undefined && { subtype }),
      channel: random.pick(['C1', 'C2', 'DU1', 'G9', 'CNONE']),
      channel_type: random.pick(['channel', 'group', 'im', 'mpim', 'app_home', 'new_kind']),
      user: random.pick(['U1', 'U2', 'UBOT', 'USLACKBOT', 'UNONE']),
      text: random.pick(texts),
      ts: this.ts(),
      event_ts: this.ts(),
      team: 'T1',
      client_msg_id: '5f0d5c5e-0000-4000-8000-000000000000',
      ...(random.below(3) === 0 && { thread_ts: this.ts(), parent_user_id: 'U1' }),
      ...(random.below(4) === 0 && { bot_id: 'B1', app_id: 'A1', username: 'deploy', bot_profile: { id: 'B1' } }),
      ...(random.below(4) === 0 && { files: [this.file(), this.file()], upload: true }),
      ...(random.below(5) === 0 && { attachments: [{ fallback: 'f', title: 't', text: 'error', fields: [] }] }),
      ...(random.below(4) === 0 && { blocks: [{ type: 'rich_text', elements: [{ type: 'text', text: 'x' }] }] }),
    };
  }

  event(): Json {
    const random = this.#random;
    const kind = random.below(10);
    if (kind < 5) return this.#message(random.pick(subtypes));
    if (kind < 6) return this.post();
    if (kind < 7) return { ...this.post(), type: 'app_mention', channel_type: undefined };
    const type = random.pick(others);
    const user = random.pick(['U1', 'UBOT', { id: 'U1', name: 'ada', profile: {} }]);
    const channel = random.pick(['C1', { id: 'C1', name: 'general', created: 1 }]);
    const item = { type: 'message', channel: 'C1', ts: this.ts() };
    const more = { tokens: { oauth: ['U1'], bot: ['UBOT'] }, reaction: 'x', links: [{ url: 'https://a.example' }] };
    return { type, user, channel, item, inviter: 'U2', team: 'T1', event_ts: this.ts(), file_id: 'F1', ...more };
  }

  #message(subtype: string): Json {
    const { channel, channel_type, event_ts, ts } = this.post();
    const about = { type: 'message', subtype, channel, channel_type, ts, event_ts, hidden: true };
    switch (subtype) {
      case 'message_changed':
        return {
          ...about,
          message: { ...this.post(), edited: { user: 'U1', ts: this.ts() } },
          previous_message: this.post(),
        };
      case 'message_deleted':
        return { ...about, deleted_ts: this.ts(), previous_message: this.post() };
      case 'message_replied':
        return { ...about, message: { ...this.post(), replies: [{ user: 'U1', ts: this.ts() }] } };
      default:
        return { ...this.post(subtype), topic: 'new', purpose: 'new', name: 'new', old_name: 'old', inviter: 'U2' };
    }
  }

  envelope(event: unknown): Json {
    this.#count += 1;
    return {
      token: 'verification-token',
      team_id: 'T1',
      api_app_id: 'A1',
      event,
      type:
        this.#random.below(20) === 0 ? this.#random.pick(['app_rate_limited', 'event_callback2']) : 'event_callback',
      event_id: `Ev${this.#count}`,
      event_time: 1_700_000_000,
      authorizations: [{ enterprise_id: null, team_id: 'T1', user_id: 'UBOT', is_bot: true }],
      is_ext_shared_channel: false,
      event_context: `4-${this.#count}`,
    };
  }

  command(): Json {
    return {
      token: 'verification-token',
      team_id: 'T1',
      team_domain: 'acme',
      channel_id: 'C1',
      channel_name: 'general',
      user_id: 'U1',
      user_name: 'ada',
      command: this.#random.pick(['/ultronex', '/other', '']),
      text: this.#random.pick(texts).replace('<@UBOT> ', ''),
      response_url: `${this.#url}/response`,
      trigger_id: this.ts(),
    };
  }

  interaction(): Json {
    const type = this.#random.pick([
      ...['block_actions', 'block_suggestion', 'interactive_message', 'dialog_submission', 'dialog_cancellation'],
      ...['message_action', 'shortcut', 'view_closed', 'view_submission', 'workflow_step_edit', 'not_invented_yet'],
    ]);
    const text = this.#random.pick(texts).replace('<@UBOT> ', '');
    const action_id = this.#random.pick(['command:mute', 'command:', 'other']);
    const option = { value: text, text: { type: 'plain_text', text: 'x' } };
    return {
      type,
      team: { id: 'T1', domain: 'acme' },
      user: { id: 'U1', username: 'ada', team_id: 'T1' },
      api_app_id: 'A1',
      token: 'verification-token',
      container: { type: 'message', message_ts: this.ts(), channel_id: 'C1' },
      trigger_id: this.ts(),
      channel: { id: 'C1', name: 'general' },
      message: this.post(),
      callback_id: 'c',
      view: { id: 'V1', type: 'modal', callback_id: 'c', state: { values: {} }, blocks: [] },
      response_url: `${this.#url}/response`,
      actions: [{ type: 'button', action_id, block_id: 'b', value: text, selected_option: option }],
    };
  }
}
