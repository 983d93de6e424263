import type { ChannelKind } from '../domain/event.ts';
import { isUserId } from '../domain/slack-ids.ts';
import type { SlackApi } from './api.ts';
import { type FollowedNames, noFollowedNames } from './followed-names.ts';
import { type Json, object, text } from './json.ts';
import { plainId, plainName } from './named-channels.ts';
import { SlackNotReached } from './not-reached.ts';
import type { SlackSetup } from './options.ts';
import type { Failure } from './outcomes.ts';

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
const maxPages = 100;
/** The most users whose direct messages are cached; beyond it the cache is cleared. */
const mostDirectMessages = 5_000;
const archivedGoodForMs = 3_600_000;

/** `followed`: the channels that settings name. */
export function createDirectory(
  api: SlackApi,
  { clock, timings, channelNames }: Parts,
  followed: FollowedNames = noFollowedNames,
): SlackDirectory {
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
    stale = false;
    const found = new Map<string, Channel>();
    const failure = await eachPage(true, (body) => {
      for (const [id, channel] of readChannels(body)) found.set(id, channel);
    });
    if (failure) {
      stale = true;
      const waitMs = failure.kind === 'retry' ? (failure.afterMs ?? 0) : 0;
      notBefore = clock.monotonic() + Math.max(askAfterFailureMs, waitMs);
      return;
    }
    channels = found;
    idOf = new Map([...found].map(([id, channel]) => [channel.name, id]));
    followed.learn(idOf);
    listed = idsOf(channelNames);
    readAt = startedAt;
    reads += 1;
    notBefore = startedAt + askAgainMs;
  }

  async function eachPage(exclude_archived: boolean, take: (body: Json) => void): Promise<Failure | null> {
    let cursor = '';
    for (let page = 0; page < maxPages; page++) {
      const answer = await api.call('conversations.list', {
        types: 'public_channel,private_channel',
        exclude_archived,
        limit: 1000,
        ...(cursor && { cursor }),
      });
      if (!answer.ok) return answer.failure;
      take(answer.body);
      cursor = nextCursor(answer.body);
      if (!cursor) break;
    }
    return null;
  }

  async function archivedNames(): Promise<ReadonlySet<string> | null> {
    if (archived !== null && clock.monotonic() - archived.at < archivedGoodForMs) return archived.names;
    const names = new Set<string>();
    const failure = await eachPage(false, (body) => {
      for (const name of readArchived(body)) names.add(name);
    });
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

  const isDue = () => stale || readAt === null || clock.monotonic() - readAt > timings.directoryMs;
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
    if (readAt === null) throw new SlackNotReached('Slack did not list the channels yet. Try again in a minute.');
    return channels.get(id)?.kind ?? null;
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

function nextCursor(body: Record<string, unknown>): string {
  const cursor = (body.response_metadata as { next_cursor?: unknown } | undefined)?.next_cursor;
  return typeof cursor === 'string' ? cursor : '';
}
