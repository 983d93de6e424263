import type { ChannelKind } from '../domain/event.ts';
import { isUserId } from '../domain/slack-ids.ts';
import type { SlackApi } from './api.ts';
import { type FollowedNames, noFollowedNames } from './followed-names.ts';
import { type Json, object, text } from './json.ts';
import { plainId, plainName } from './named-channels.ts';
import { SlackNotReached } from './not-reached.ts';
import type { SlackSetup } from './options.ts';
import { createWalk } from './walk.ts';

/** The channels of the workspace by name and id. Cached, and renewed in the background. */
export interface SlackDirectory {
  /** Resolves with the id for `<#C1|name>`, `#name`, `name` or an id; null: the bot sees none. */
  findChannel(written: string): Promise<string | null>;
  /** Resolves with a channel's kind; null: the bot sees none. @throws SlackNotReached */
  lookUp(id: string): Promise<ChannelKind | null>;
  /** Resolves with the conversation of a post to `written`: a channel as above, or the direct messages of `U1`. */
  findConversation(written: string): Promise<string | null>;
  /** Returns the name without `#` from the cache. */
  nameOf(id: string): string | null;
  /** Returns the kind from the cache. */
  kindOf(id: string): ChannelKind | null;
  /** Returns whether SLACK_CHANNEL_LIST names this channel, by its id or a present or former name. */
  isListed(id: string): boolean;
  /** Returns the channel that a setting names, also after a rename; null: it is not in the list. */
  channelOf(written: string): ListedChannel | null;
  /** Returns every channel of the latest list. */
  channels(): ListedChannel[];
  /** Returns a channel's id, also after it left the list; null for a name that was never seen. */
  idOf(written: string): string | null;
  /** Resolves with the names of archived channels; null: Slack did not answer. Asks once an hour at most. */
  archivedNames(): Promise<ReadonlySet<string> | null>;
  /** Returns how often the list was read; 0: never. */
  reads(): number;
  /** Marks the list as outdated, after a channel was renamed, created or joined. */
  invalidate(): void;
  /** Reads the list when it is due; never rejects. */
  refresh(): Promise<void>;
  refreshIfDue(): Promise<void>;
}

interface ListedChannel {
  id: string;
  name: string;
  isMember: boolean;
  isPrivate: boolean;
}

interface Channel {
  name: string;
  kind: ChannelKind;
  isMember: boolean;
}

type Parts = Pick<SlackSetup, 'clock' | 'timings' | 'channelNames'>;

/** Slack allows 20 calls a minute, so an unknown name or a failed list is not asked for again sooner. */
const askAgainMs = 30_000;
const askAfterFailureMs = 5_000;
/** Each workspace of an organisation is a call. */
const perWorkspaceMs = 3_000;
const mostPages = 100;
/** The most users whose direct messages are cached; beyond it the cache is cleared. */
const mostDirectMessages = 5_000;
const archivedGoodForMs = 3_600_000;

/** `followed`: the channels that settings name. `isOrg`: whether the token is of an organisation. */
export function createDirectory(
  api: SlackApi,
  { clock, timings, channelNames }: Parts,
  followed: FollowedNames = noFollowedNames,
  isOrg: () => boolean = () => false,
): SlackDirectory {
  const types = 'public_channel,private_channel';
  const list = { isOrg, method: 'conversations.list', mostPages };
  const walk = createWalk(api, {
    ...{ ...list, args: { types, exclude_archived: true }, make: () => new Map<string, Channel>() },
    take(into, body) {
      for (const [id, channel] of readChannels(body)) into.set(id, channel);
    },
  });
  const archivedWalk = createWalk(api, {
    ...{ ...list, args: { types, exclude_archived: false }, make: () => new Set<string>() },
    take(into, body) {
      for (const name of readArchived(body)) into.add(name);
    },
  });
  const idsOf = (names: readonly string[]) => new Set(names.map(followed.idOf).filter((id) => id !== null));
  let listed = idsOf(channelNames);
  let archived: { names: ReadonlySet<string>; at: number } | null = null;
  let channels = new Map<string, Channel>();
  let idOf = new Map<string, string>();
  let readAt: number | null = null;
  let reads = 0;
  let notBefore = Number.NEGATIVE_INFINITY;
  let stale = true;
  let running: Promise<void> | null = null;
  const directMessages = new Map<string, string>();

  function refresh(): Promise<void> {
    running ??= read().finally(() => {
      running = null;
    });
    return running;
  }

  async function read(): Promise<void> {
    const startedAt = clock.monotonic();
    if (!walk.isUnderWay()) stale = false;
    const { into: found, failure, workspaces } = await walk.read();
    if (failure) {
      // Some workspaces of an organisation were read: their channels that have the bot can be used already.
      learn(new Map([...channels, ...[...found].filter(([, { isMember }]) => isMember)]));
      if (!walk.isUnderWay()) stale = true;
      const waitMs = failure.kind === 'retry' ? (failure.afterMs ?? 0) : 0;
      notBefore = clock.monotonic() + Math.max(askAfterFailureMs, waitMs);
      return;
    }
    learn(found);
    followed.learn(idOf);
    listed = idsOf(channelNames);
    readAt = startedAt;
    reads += 1;
    notBefore = startedAt + Math.max(askAgainMs, workspaces * perWorkspaceMs);
  }

  /** Several workspaces of an organisation may have a channel of this name: those with the bot go first. */
  function learn(found: Map<string, Channel>): void {
    channels = found;
    idOf = new Map();
    for (const [id, { name, isMember }] of found) {
      const other = idOf.get(name);
      if (other === undefined || (isMember && found.get(other)?.isMember !== true)) idOf.set(name, id);
    }
  }

  async function archivedNames(): Promise<ReadonlySet<string> | null> {
    if (archived !== null && clock.monotonic() - archived.at < archivedGoodForMs) return archived.names;
    const { into: names, failure } = await archivedWalk.read();
    if (failure) return failure.kind === 'retry' ? null : new Set();
    archived = { names, at: clock.monotonic() };
    return names;
  }

  function channelOf(written: string): ListedChannel | null {
    const id = followed.idOf(written);
    const channel = id === null ? undefined : channels.get(id);
    if (id === null || channel === undefined) return null;
    return listedOf(id, channel);
  }

  const isDue = () => stale || walk.isUnderWay() || readAt === null || clock.monotonic() - readAt > timings.directoryMs;
  const mayAsk = () => clock.monotonic() >= notBefore;

  /** Returns a channel from the cache at once, and renews the list in the background when it is due. */
  function known(id: string): Channel | null {
    if (isDue() && mayAsk()) void refresh();
    return channels.get(id) ?? null;
  }

  async function findChannel(written: string): Promise<string | null> {
    const id = plainId(written);
    if (id) return id;
    const name = plainName(written);
    if (running) await running;
    // The channel may be new. Reads the list once more, but not for every misspelt name.
    if ((isDue() || !idOf.has(name)) && mayAsk()) await refresh();
    return idOf.get(name) ?? null;
  }

  async function lookUp(id: string): Promise<ChannelKind | null> {
    if (running) await running;
    if ((isDue() || !channels.has(id)) && mayAsk()) await refresh();
    const channel = channels.get(id);
    if (channel !== undefined) return channel.kind;
    if (readAt === null) throw new SlackNotReached('Slack did not list the channels yet. Try again in a minute.');
    return null;
  }

  async function findConversation(written: string): Promise<string | null> {
    const user = written.replace(/^<@([^|>]+).*>$/, '$1');
    if (!isUserId(user)) return findChannel(written);
    const before = directMessages.get(user);
    if (before) return before;
    const answer = await api.call('conversations.open', { users: user });
    const id = answer.ok ? (answer.body.channel as { id?: unknown } | undefined)?.id : null;
    if (typeof id !== 'string') return null;
    if (directMessages.size >= mostDirectMessages) directMessages.clear();
    directMessages.set(user, id);
    return id;
  }

  return {
    findChannel,
    lookUp,
    findConversation,
    nameOf: (id) => known(id)?.name ?? null,
    kindOf: (id) => known(id)?.kind ?? null,
    isListed(id) {
      // Renews the list in the background when it is due.
      if (!listed.has(id)) known(id);
      return listed.has(id);
    },
    channelOf,
    channels: () => [...channels].map(([id, channel]) => listedOf(id, channel)),
    idOf: followed.idOf,
    archivedNames,
    reads: () => reads,
    invalidate() {
      stale = true;
      notBefore = clock.monotonic();
    },
    refresh,
    refreshIfDue: async () => {
      if (isDue() && mayAsk()) await refresh();
    },
  };
}

function listedOf(id: string, { name, isMember, kind }: Channel): ListedChannel {
  return { id, name, isMember, isPrivate: kind !== 'channel' };
}

function* readChannels(body: Record<string, unknown>): Generator<[string, Channel]> {
  if (!Array.isArray(body.channels)) return;
  for (const one of body.channels as (Record<string, unknown> | null)[]) {
    if (typeof one?.id !== 'string' || typeof one.name !== 'string') continue;
    const kind = one.is_mpim ? 'mpim' : one.is_private ? 'private' : 'channel';
    yield [one.id, { name: one.name, kind, isMember: one.is_member === true }];
  }
}

function* readArchived(body: Json): Generator<string> {
  if (!Array.isArray(body.channels)) return;
  for (const one of body.channels) {
    const channel = object(one);
    const name = text(channel?.name);
    if (name && channel?.is_archived === true) yield name;
  }
}
