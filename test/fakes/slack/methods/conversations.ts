import { flag, list, needed, page, text } from '../args.ts';
import { ApiError } from '../errors.ts';
import { channelJson, channelType } from '../messages.ts';
import { isOrg, makeChannel, workspaceOf } from '../teams.ts';
import type { FakeChannel, Json } from '../types.ts';
import type { MethodContext, Methods } from './method.ts';
import { channelById, readScopes } from './method.ts';

const typeNames = { channel: 'public_channel', group: 'private_channel', im: 'im', mpim: 'mpim' };

function listed({ args, team }: MethodContext, visible: (channel: FakeChannel) => boolean): Json {
  const types = list(args, 'types');
  const wanted = types.length > 0 ? types : ['public_channel'];
  const unknown = wanted.some((type) => !Object.values(typeNames).includes(type));
  if (unknown) throw new ApiError('invalid_types');
  const found = team.channels.filter((channel) => {
    if (isOrg(team) && workspaceOf(team, channel) !== args.team_id) return false;
    if (flag(args, 'exclude_archived') && channel.is_archived) return false;
    return wanted.includes(typeNames[channelType(channel)]) && visible(channel);
  });
  const { items, next } = page(found, args, 100, 1000);
  return { channels: items.map((channel) => channelJson(channel, team)), response_metadata: { next_cursor: next } };
}

function listAll(context: MethodContext): Json {
  const bot = context.team.botUserId;
  return listed(context, (channel) => channelType(channel) === 'channel' || channel.members.has(bot));
}

function listOfUser(context: MethodContext): Json {
  const { team, args } = context;
  const user = text(args, 'user') ?? team.botUserId;
  const shown = (channel: FakeChannel) => !channel.is_private || channel.members.has(team.botUserId);
  return listed(context, (channel) => channel.members.has(user) && shown(channel));
}

function info(context: MethodContext): Json {
  const channel = channelById(context, needed(context.args, 'channel', 'channel_not_found'));
  return { channel: channelJson(channel, context.team) };
}

function members(context: MethodContext): Json {
  const channel = channelById(context, needed(context.args, 'channel', 'channel_not_found'));
  const { items, next } = page([...channel.members], context.args, 100, 1000);
  return { members: items, response_metadata: { next_cursor: next } };
}

function open(context: MethodContext): Json {
  const { world, team, args } = context;
  const id = text(args, 'channel');
  const users = list(args, 'users');
  if (!id && users.length === 0) throw new ApiError('users_list_not_supplied');
  if (users.includes(team.botUserId)) throw new ApiError('cannot_dm_bot');
  for (const wanted of users) {
    const user = team.users.find((one) => one.id === wanted);
    if (!user) throw new ApiError('user_not_found');
    if (user.deleted) throw new ApiError('user_disabled');
  }
  const channel = id ? channelById(context, id) : world.openDirect(team, users);
  return { channel: flag(args, 'return_im') ? channelJson(channel, team) : { id: channel.id } };
}

function join(context: MethodContext): Json {
  const { world, team, args } = context;
  const channel = channelById(context, needed(args, 'channel', 'channel_not_found'));
  if (channelType(channel) !== 'channel') throw new ApiError('method_not_supported_for_channel_type');
  if (channel.is_archived) throw new ApiError('is_archived');
  if (channel.members.has(team.botUserId))
    return { channel: channelJson(channel, team), warning: 'already_in_channel' };
  channel.members.add(team.botUserId);
  world.botDid.emit('joined', team, channel);
  world.changed();
  return { channel: channelJson(channel, team) };
}

/** https://docs.slack.dev/reference/methods/conversations.create */
function create(context: MethodContext): Json {
  const { world, team, args } = context;
  const name = needed(args, 'name', 'invalid_name_required');
  if (name.length > 80) throw new ApiError('invalid_name_maxlength');
  if (!/^[\p{Ll}\p{Lo}\p{N}_-]+$/u.test(name)) throw new ApiError('invalid_name_specials');
  if (team.channels.some((channel) => channel.name === name)) throw new ApiError('name_taken');
  const id = world.nextId('C');
  const channel = makeChannel(
    { id, name, is_private: flag(args, 'is_private'), workspace: text(args, 'team_id'), members: [team.botUserId] },
    [],
  );
  team.channels.push(channel);
  world.changed();
  return { channel: channelJson(channel, team) };
}

export const conversationMethods: Methods = {
  'conversations.list': { scopes: readScopes, ofWorkspace: true, run: listAll },
  'conversations.info': { scopes: readScopes, run: info },
  'conversations.members': { scopes: readScopes, run: members },
  'conversations.open': { scopes: ['im:write', 'mpim:write'], run: open },
  'conversations.create': { scopes: ['channels:manage'], ofWorkspace: true, run: create },
  'conversations.join': { scopes: ['channels:join'], run: join },
  'users.conversations': { scopes: readScopes, ofWorkspace: true, run: listOfUser },
};
