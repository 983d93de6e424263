import { flag, needed, structure, text } from '../args.ts';
import { readAttachments, readBlocks } from '../blocks.ts';
import { ApiError } from '../errors.ts';
import { messageJson } from '../messages.ts';
import type { FakePost, Json } from '../types.ts';
import type { MethodContext, Methods } from './method.ts';
import { channelByAnyName, channelById, mustBeWritable } from './method.ts';

const truncatedAt = 40_000;
const mostOfUpdate = 4_000;
const mostOfMarkdown = 12_000;
const mostMetadataBytes = 16_384;

function postMessage(context: MethodContext): Json {
  const { world, team, args, baseUrl } = context;
  const channel = channelByAnyName(context, needed(args, 'channel', 'channel_not_found'));
  mustBeWritable(context, channel);
  const content = readContent(args);
  const asked = text(args, 'thread_ts');
  if (asked && !/^\d+\.\d{6}$/.test(asked)) throw new ApiError('invalid_thread_ts');
  // Slack posts a reply to a deleted message into the channel, without an error.
  const thread = asked && world.wasDeleted(team.id, channel.id, asked) ? undefined : asked;
  const post = world.addPost({
    ...content,
    team: team.id,
    channel: channel.id,
    text: content.text.slice(0, truncatedAt),
    byBot: true,
    user: team.botUserId,
    bot_id: team.botId,
    metadata: readMetadata(args),
    ...(thread ? { thread_ts: thread } : {}),
    ...(flag(args, 'link_names') ? { link_names: true } : {}),
    ...(thread && flag(args, 'reply_broadcast') ? { reply_broadcast: true, subtype: 'thread_broadcast' } : {}),
  });
  const truncated = content.text.length > truncatedAt;
  return {
    channel: channel.id,
    ts: post.ts,
    message: messageJson(post, baseUrl),
    ...(truncated ? { warning: 'message_truncated', response_metadata: { warnings: ['message_truncated'] } } : {}),
  };
}

function postEphemeral(context: MethodContext): Json {
  const { world, team, args } = context;
  const channel = channelByAnyName(context, needed(args, 'channel', 'channel_not_found'));
  mustBeWritable(context, channel);
  const user = needed(args, 'user');
  if (!channel.members.has(user)) throw new ApiError('user_not_in_channel');
  const thread = text(args, 'thread_ts');
  const post = world.addPost({
    ...readContent(args),
    team: team.id,
    channel: channel.id,
    byBot: true,
    user: team.botUserId,
    bot_id: team.botId,
    ephemeralTo: user,
    ...(thread ? { thread_ts: thread } : {}),
  });
  return { message_ts: post.ts };
}

function update(context: MethodContext): Json {
  const { world, team, args, baseUrl } = context;
  const post = ownPost(context, 'cant_update_message');
  const content = readContent(args);
  if (content.text.length > mostOfUpdate) throw new ApiError('msg_too_long');
  const former = { ...post };
  if (emptied(args, 'blocks')) delete post.blocks;
  if (emptied(args, 'attachments')) delete post.attachments;
  Object.assign(post, content, { edited: { user: team.botUserId, ts: world.nextTs() } });
  const metadata = readMetadata(args);
  if (metadata) post.metadata = metadata;
  world.botDid.emit('edited', post, former);
  world.changed();
  return { channel: post.channel, ts: post.ts, text: post.text, message: messageJson(post, baseUrl) };
}

/** An empty list takes away; a missing one leaves what is there. */
function emptied(args: Json, name: string): boolean {
  const value = structure(args, name, 'invalid_arguments');
  return Array.isArray(value) && value.length === 0;
}

function remove(context: MethodContext): Json {
  const post = ownPost(context, 'cant_delete_message');
  post.deleted = true;
  context.world.botDid.emit('deleted', post);
  context.world.changed();
  return { channel: post.channel, ts: post.ts };
}

function getPermalink(context: MethodContext): Json {
  const { world, team, args } = context;
  const channel = channelById(context, needed(args, 'channel', 'channel_not_found'));
  const post = world.findPost(team.id, channel.id, needed(args, 'message_ts', 'message_not_found'));
  if (!post) throw new ApiError('message_not_found');
  const inThread = post.thread_ts ? `?thread_ts=${post.thread_ts}&cid=${channel.id}` : '';
  const link = `https://${team.domain}.slack.com/archives/${channel.id}/p${post.ts.replace('.', '')}${inThread}`;
  return { channel: channel.id, permalink: link };
}

function ownPost(context: MethodContext, otherwise: string): FakePost {
  const { world, team, args } = context;
  const channel = channelById(context, needed(args, 'channel', 'channel_not_found'));
  const post = world.findPost(team.id, channel.id, needed(args, 'ts', 'message_not_found'));
  if (!post) throw new ApiError('message_not_found');
  if (!post.byBot) throw new ApiError(otherwise);
  return post;
}

export function readContent(args: Json): Pick<FakePost, 'text' | 'blocks' | 'attachments'> {
  const blocks = readBlocks(args);
  const attachments = readAttachments(args);
  const markdown = text(args, 'markdown_text');
  if (markdown && (blocks || text(args, 'text'))) throw new ApiError('markdown_text_conflict');
  if (markdown && markdown.length > mostOfMarkdown) throw new ApiError('msg_too_long');
  const plain = text(args, 'text') ?? markdown ?? '';
  if (plain === '' && !blocks && !attachments?.length) throw new ApiError('no_text');
  return { text: plain, ...(blocks ? { blocks } : {}), ...(attachments?.length ? { attachments } : {}) };
}

function readMetadata(args: Json): FakePost['metadata'] {
  const value = structure(args, 'metadata', 'invalid_metadata_format') as FakePost['metadata'] | undefined;
  if (value === undefined) return undefined;
  if (typeof value.event_type !== 'string' || typeof value.event_payload !== 'object') {
    throw new ApiError('invalid_metadata_format');
  }
  if (Buffer.byteLength(JSON.stringify(value)) > mostMetadataBytes) throw new ApiError('metadata_too_large');
  return value;
}

const scopes = ['chat:write'];

export const chatMethods: Methods = {
  'chat.postMessage': { scopes, run: postMessage },
  'chat.postEphemeral': { scopes, run: postEphemeral },
  'chat.update': { scopes, run: update },
  'chat.delete': { scopes, run: remove },
  'chat.getPermalink': { run: getPermalink },
};
