import { ApiError } from '../errors.ts';
import type { FakeChannel, FakeTeam, Json } from '../types.ts';
import type { World } from '../world.ts';

export interface MethodContext {
  world: World;
  team: FakeTeam;
  args: Json;
  baseUrl: string;
}

export interface Method {
  /** Which token it takes. Default 'bot'. */
  auth?: 'bot' | 'app' | 'none';
  /** Any one of these is enough. */
  scopes?: string[];
  /** It is about one workspace: a token of an organisation has to name it by `team_id`. */
  ofWorkspace?: true;
  run(context: MethodContext): Json;
}

export type Methods = Record<string, Method>;

export const readScopes = ['channels:read', 'groups:read', 'im:read', 'mpim:read'];
export const historyScopes = ['channels:history', 'groups:history', 'im:history', 'mpim:history'];

/** The channel of this id, if the bot may know of it at all. */
export function channelById({ world, team }: MethodContext, id: string): FakeChannel {
  const channel = world.channel(team, id);
  const hidden = channel?.is_private && !channel.members.has(team.botUserId);
  if (!channel || hidden) throw new ApiError('channel_not_found');
  return channel;
}

/** Slack's chat methods also take `#name`, `name` and a user id, which opens the direct message. */
export function channelByAnyName(context: MethodContext, given: string): FakeChannel {
  const { world, team } = context;
  if (team.users.some((user) => user.id === given && !user.deleted && user.id !== team.botUserId)) {
    return world.openDirect(team, [given]);
  }
  const name = given.replace(/^#/, '');
  const named = team.channels.find((channel) => channel.name === name && !channel.is_im && !channel.is_mpim);
  return channelById(context, named?.id ?? given);
}

export function mustBeWritable({ team }: MethodContext, channel: FakeChannel): void {
  if (channel.is_archived) throw new ApiError('is_archived');
  const anyone = team.scopes.includes('chat:write.public') && !channel.is_private;
  if (!channel.members.has(team.botUserId) && !anyone) throw new ApiError('not_in_channel');
}
