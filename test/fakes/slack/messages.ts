import type { FakeChannel, FakeFile, FakePost, FakeTeam, Json } from './types.ts';
import type { World } from './world.ts';

/** A post as Slack's JSON shows it: in answers, in history and inside events. */
export function messageJson(post: FakePost, baseUrl: string, withMetadata = true): Json {
  return compact({
    type: 'message',
    subtype: post.subtype,
    user: post.user,
    bot_id: post.bot_id,
    app_id: post.byBot ? 'A1' : undefined,
    text: post.text,
    ts: post.ts,
    team: post.team,
    thread_ts: post.thread_ts,
    blocks: post.blocks,
    attachments: post.attachments,
    metadata: withMetadata ? post.metadata : undefined,
    files: post.files?.map((file) => shownFile(file, baseUrl)),
    upload: post.files && !post.byBot ? false : undefined,
    edited: post.edited,
    reactions:
      post.reactions.length > 0 ? post.reactions.map((one) => ({ ...one, count: one.users.length })) : undefined,
  });
}

/** A file inside a message: often less than `files.info` tells. */
function shownFile(file: FakeFile, baseUrl: string): Json {
  switch (file.shown) {
    case 'check_file_info':
      // As it comes in channels of Slack Connect.
      return { id: file.id, mode: 'file_access', file_access: 'check_file_info', created: 0, timestamp: 0, user: '' };
    case 'tombstone':
    case 'hidden_by_limit':
      return { id: file.id, mode: file.shown };
    case 'external':
      return {
        ...fileJson(file, baseUrl),
        mode: 'external',
        is_external: true,
        external_type: 'gdrive',
        url_private: 'https://docs.google.com/document/d/1',
        url_private_download: undefined,
      };
    default:
      return fileJson(file, baseUrl);
  }
}

export function fileJson(file: FakeFile, baseUrl: string): Json {
  const place = `${baseUrl}/files-pri/${file.team}-${file.id}`;
  return {
    id: file.id,
    created: 1_700_000_000,
    name: file.name,
    title: file.title,
    mimetype: file.mimetype,
    filetype: file.filetype,
    user: file.user,
    size: file.size,
    mode: 'hosted',
    is_external: false,
    is_public: true,
    file_access: 'visible',
    url_private: `${place}/${encodeURIComponent(file.name)}`,
    url_private_download: `${place}/download/${encodeURIComponent(file.name)}`,
  };
}

export function channelType(channel: FakeChannel): 'channel' | 'group' | 'im' | 'mpim' {
  if (channel.is_im) return 'im';
  if (channel.is_mpim) return 'mpim';
  return channel.is_private ? 'group' : 'channel';
}

export function channelJson(channel: FakeChannel, team: FakeTeam): Json {
  const common = {
    id: channel.id,
    created: channel.created,
    is_archived: channel.is_archived,
    is_im: channel.is_im,
    is_mpim: channel.is_mpim,
    context_team_id: team.id,
  };
  if (channel.is_im) {
    return {
      ...common,
      user: [...channel.members].find((id) => id !== team.botUserId) ?? team.botUserId,
      is_open: true,
    };
  }
  return {
    ...common,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: !channel.is_private,
    is_group: channel.is_private,
    is_private: channel.is_private,
    is_general: channel.name === 'general',
    is_member: channel.members.has(team.botUserId),
    num_members: channel.members.size,
    topic: { value: '', creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
  };
}

/** The replies of a thread, oldest first, without its first message. */
export function repliesOf(world: World, team: FakeTeam, channel: FakeChannel, ts: string): FakePost[] {
  return world.postsIn(team.id, channel.id).filter((post) => post.thread_ts === ts && post.ts !== ts && !post.deleted);
}

export function compact(fields: Json): Json {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
