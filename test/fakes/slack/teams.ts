import type { FakeChannel, FakeTeam, FakeUser } from './types.ts';

export interface ChannelSeed {
  id: string;
  name?: string;
  is_private?: boolean;
  is_archived?: boolean;
  /** The workspace that the channel is in, if the team is an organisation. Default: its first one. */
  workspace?: string;
  /** Default: every user and the bot. */
  members?: string[];
}

export interface TeamSeed {
  id: string;
  name?: string;
  domain?: string;
  botToken?: string;
  botUserId?: string;
  botId?: string;
  scopes?: string[];
  users?: (Pick<FakeUser, 'id' | 'name'> & Partial<FakeUser>)[];
  channels?: ChannelSeed[];
  /** The ids of its workspaces, if this is an organisation, such as E1. Default: one, TE1. */
  workspaces?: string[];
}

export const isOrg = ({ id }: Pick<FakeTeam, 'id'>): boolean => id.startsWith('E');

/** The workspace that a channel is in; of what is in none the first one. */
export const workspaceOf = (team: FakeTeam, channel?: FakeChannel): string =>
  isOrg(team) ? (channel?.workspace ?? team.workspaces[0] ?? team.id) : team.id;

/** The bot scopes of the app manifest. */
export const defaultScopes = (
  'app_mentions:read,channels:history,channels:join,channels:read,chat:write,commands,files:read,files:write,' +
  'groups:history,groups:read,im:history,im:read,im:write,mpim:history,mpim:read,reactions:write,team:read,users:read'
).split(',');

/**
 * Fills in a team. T1 has the short ids (U1, C1, UBOT, BBOT, token xoxb-test-1); any other team appends its own id
 * to them (U1T2, C1T2, UBOTT2, …, token xoxb-test-2), so that ids stay unique over all teams, as in Slack.
 */
export function makeTeam(seed: TeamSeed): FakeTeam {
  const tail = seed.id === 'T1' ? '' : seed.id;
  const botUserId = seed.botUserId ?? `UBOT${tail}`;
  const users: FakeUser[] = (seed.users ?? defaultUsers(tail)).map((user) => ({
    real_name: user.name,
    deleted: false,
    ...user,
    is_bot: false,
  }));
  const everyone = [...users.filter((user) => !user.deleted).map((user) => user.id), botUserId];
  const bot: FakeUser = { id: botUserId, name: 'ultronex', real_name: 'Ultronex', is_bot: true, deleted: false };
  return {
    id: seed.id,
    workspaces: isOrg(seed) ? (seed.workspaces ?? [`T${seed.id}`]) : [],
    name: seed.name ?? `Team ${seed.id}`,
    domain: seed.domain ?? `team-${seed.id.toLowerCase()}`,
    botToken: seed.botToken ?? `xoxb-test-${seed.id.replace(/^T/, '')}`,
    olderTokens: new Set(),
    botUserId,
    botId: seed.botId ?? `BBOT${tail}`,
    scopes: [...(seed.scopes ?? defaultScopes)],
    tokenState: 'ok',
    users: [...users, bot],
    channels: (seed.channels ?? defaultChannels(tail)).map((channel) => makeChannel(channel, everyone)),
  };
}

export function makeChannel(
  seed: ChannelSeed & { is_im?: boolean; is_mpim?: boolean },
  everyone: string[],
): FakeChannel {
  return {
    id: seed.id,
    name: seed.name ?? seed.id.toLowerCase(),
    is_private: seed.is_private ?? false,
    is_archived: seed.is_archived ?? false,
    ...(seed.workspace && { workspace: seed.workspace }),
    is_im: seed.is_im ?? false,
    is_mpim: seed.is_mpim ?? false,
    members: new Set(seed.members ?? everyone),
    created: 1_700_000_000,
  };
}

function defaultUsers(tail: string) {
  return [
    { id: `U1${tail}`, name: 'ada', real_name: 'Ada Lovelace' },
    { id: `U2${tail}`, name: 'grace', real_name: 'Grace Hopper' },
    { id: `U3${tail}`, name: 'alan', real_name: 'Alan Turing' },
    { id: `U4${tail}`, name: 'gone', real_name: 'Gone Away', deleted: true },
  ];
}

function defaultChannels(tail: string): ChannelSeed[] {
  const usersOnly = [`U1${tail}`, `U2${tail}`];
  return [
    { id: `C1${tail}`, name: 'general' },
    { id: `C2${tail}`, name: 'ops' },
    { id: `C3${tail}`, name: 'secret', is_private: true },
    { id: `C4${tail}`, name: 'attic', is_archived: true },
    { id: `C5${tail}`, name: 'strangers', members: usersOnly },
    { id: `C6${tail}`, name: 'closed-doors', is_private: true, members: usersOnly },
  ];
}
