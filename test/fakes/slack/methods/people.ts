import { needed, page, text } from '../args.ts';
import { ApiError } from '../errors.ts';
import { isOrg, workspaceOf } from '../teams.ts';
import type { FakeTeam, FakeUser, Json } from '../types.ts';
import type { MethodContext, Methods } from './method.ts';
import { channelById } from './method.ts';

function authTest({ team }: MethodContext): Json {
  const user = team.users.find((one) => one.id === team.botUserId)?.name ?? 'bot';
  return {
    url: `https://${team.domain}.slack.com/`,
    team: team.name,
    user,
    team_id: team.id,
    user_id: team.botUserId,
    bot_id: team.botId,
    ...(isOrg(team) && { enterprise_id: team.id }),
    is_enterprise_install: isOrg(team),
  };
}

function userInfo({ team, args }: MethodContext): Json {
  const user = team.users.find((one) => one.id === needed(args, 'user', 'user_not_found'));
  if (!user) throw new ApiError('user_not_found');
  return { user: userJson(user, team) };
}

function userList({ team, args }: MethodContext): Json {
  const { items, next } = page(team.users, args, 1000, 1000);
  return { members: items.map((user) => userJson(user, team)), response_metadata: { next_cursor: next } };
}

function userJson(user: FakeUser, team: FakeTeam): Json {
  return {
    team_id: workspaceOf(team),
    ...(isOrg(team) && { enterprise_user: { enterprise_id: team.id, teams: team.workspaces } }),
    ...user,
    tz: 'Etc/UTC',
    is_app_user: false,
    profile: { real_name: user.real_name, display_name: user.name, ...(user.is_bot ? { bot_id: team.botId } : {}) },
  };
}

function addReaction(context: MethodContext): Json {
  const { world, team, args } = context;
  const channel = channelById(context, needed(args, 'channel', 'channel_not_found'));
  const name = needed(args, 'name', 'invalid_name');
  if (!/^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/.test(name)) throw new ApiError('invalid_name');
  const post = world.findPost(team.id, channel.id, needed(args, 'timestamp', 'no_item_specified'));
  if (!post) throw new ApiError('message_not_found');
  const reaction = post.reactions.find((one) => one.name === name);
  if (reaction?.users.includes(team.botUserId)) throw new ApiError('already_reacted');
  if (reaction) reaction.users.push(team.botUserId);
  else post.reactions.push({ name, users: [team.botUserId] });
  world.changed();
  return {};
}

/** https://docs.slack.dev/reference/methods/auth.teams.list */
function teamList({ team, args }: MethodContext): Json {
  const all = isOrg(team)
    ? team.workspaces.map((id) => ({ id, name: `Team ${id}` }))
    : [{ id: team.id, name: team.name }];
  const { items, next } = page(all, args, 100, 1000);
  return { teams: items, response_metadata: { next_cursor: next } };
}

function teamInfo({ team }: MethodContext): Json {
  return { team: { id: team.id, name: team.name, domain: team.domain, url: `https://${team.domain}.slack.com/` } };
}

function botInfo({ world, team, args }: MethodContext): Json {
  const id = text(args, 'bot') ?? team.botId;
  if (id !== team.botId) throw new ApiError('bot_not_found');
  return { bot: { id, deleted: false, name: 'ultronex', app_id: team.appId ?? world.appId, user_id: team.botUserId } };
}

export const peopleMethods: Methods = {
  'api.test': { auth: 'none', run: ({ args }) => ({ args }) },
  'auth.test': { run: authTest },
  'auth.teams.list': { run: teamList },
  'users.info': { scopes: ['users:read'], run: userInfo },
  'users.list': { scopes: ['users:read'], ofWorkspace: true, run: userList },
  'reactions.add': { scopes: ['reactions:write'], run: addReaction },
  'team.info': { scopes: ['team:read'], run: teamInfo },
  'bots.info': { scopes: ['users:read'], run: botInfo },
};
