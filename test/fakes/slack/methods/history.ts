import { flag, needed, page, text } from '../args.ts';
import { ApiError } from '../errors.ts';
import { messageJson, repliesOf } from '../messages.ts';
import type { FakeChannel, FakePost, Json } from '../types.ts';
import type { MethodContext, Methods } from './method.ts';
import { channelById, historyScopes } from './method.ts';

function history(context: MethodContext): Json {
  const { world, team } = context;
  const channel = readableChannel(context);
  const posts = world.postsIn(team.id, channel.id).filter((post) => {
    if (post.deleted) return false;
    const hiddenReply = post.thread_ts !== undefined && post.thread_ts !== post.ts && !post.reply_broadcast;
    return !hiddenReply && inRange(post, context.args);
  });
  return answer(context, channel, posts.reverse(), 100);
}

function replies(context: MethodContext): Json {
  const { world, team, args } = context;
  const channel = readableChannel(context);
  const ts = needed(args, 'ts', 'thread_not_found');
  const first = world.findPost(team.id, channel.id, ts);
  const others = repliesOf(world, team, channel, ts);
  if (!first && others.length === 0) throw new ApiError('thread_not_found');
  const inside = others.filter((post) => inRange(post, args));
  return answer(context, channel, first ? [first, ...inside] : inside, 1000);
}

function readableChannel(context: MethodContext): FakeChannel {
  const channel = channelById(context, needed(context.args, 'channel', 'channel_not_found'));
  if (!channel.members.has(context.team.botUserId)) throw new ApiError('not_in_channel');
  return channel;
}

/** `oldest` and `latest` are exclusive unless `inclusive` is set; timestamps compare as text of one length. */
function inRange(post: FakePost, args: Json): boolean {
  const oldest = text(args, 'oldest');
  const latest = text(args, 'latest');
  const at = Number(post.ts);
  if (flag(args, 'inclusive') && (post.ts === oldest || post.ts === latest)) return true;
  return at > Number(oldest ?? 0) && (latest === undefined || at < Number(latest));
}

function answer(context: MethodContext, channel: FakeChannel, posts: FakePost[], defaultLimit: number): Json {
  const { world, team, args, baseUrl } = context;
  const { items, next } = page(posts, args, defaultLimit, 1000);
  const messages = items.map((post) => {
    const message = messageJson(post, baseUrl, flag(args, 'include_all_metadata'));
    const thread = post.thread_ts === undefined ? repliesOf(world, team, channel, post.ts) : [];
    const last = thread.at(-1);
    if (!last) return message;
    return { ...message, thread_ts: post.ts, reply_count: thread.length, latest_reply: last.ts };
  });
  return { messages, has_more: next !== '', response_metadata: { next_cursor: next } };
}

export const historyMethods: Methods = {
  'conversations.history': { scopes: historyScopes, run: history },
  'conversations.replies': { scopes: historyScopes, run: replies },
};
