import { UltronexError } from '../domain/errors.ts';
import type { ChannelKind } from '../domain/event.ts';
import type { SlackApi } from './api.ts';
import type { SlackSetup } from './options.ts';

/** The workspace's channels by name and id; kept, and renewed in the background. */
export interface SlackDirectory {
  /** The id of `<#C1|name>`, `#name`, `name` or an id; null when the bot cannot see such a channel. */
  findChannel(written: string): Promise<string | null>;
  /** Its kind; null when the bot cannot see such a channel. Looks again for one that is not known. @throws SlackNotReached */
  lookUp(id: string): Promise<ChannelKind | null>;
  /** Where a post to this went: a channel as above, or the direct messages of `U1`. */
  findConversation(written: string): Promise<string | null>;
  /** The name without `#`, when it is known already. */
  nameOf(id: string): string | null;
  /** Public or private, when it is known already. */
  kindOf(id: string): ChannelKind | null;
  /** Whether the settings name this channel, by its id or by its name of today. */
  isListed(id: string): boolean;
  /** Listed names that no channel has which the bot can see; empty while the list was not read yet. */
  missing(): string[];
  /** The list is no longer right: something was renamed, made or joined. */
  invalidate(): void;
  /** Reads the list when it is due; never rejects. */
  refresh(): Promise<void>;
}

interface Channel {
  name: string;
  kind: ChannelKind;
}

/** Slack was asked and did not answer. */
export class SlackNotReached extends UltronexError {
  override readonly code = 'ERR_SLACK_NOT_REACHED';
  override readonly status = 503;
  override readonly retryable = true;
}

type Parts = Pick<SlackSetup, 'clock' | 'timings' | 'channelNames'>;

/** The method allows 20 calls a minute: a name that was not found, or a list that failed, is not asked for again sooner. */
const askAgainMs = 30_000;
const askAfterFailureMs = 5_000;
const maxPages = 100;
/** Users whose direct messages are remembered; then it begins anew. */
const mostDirectMessages = 5_000;
// Long or with a digit, so that `#GENERAL` in capitals is still a name.
const channelId = /^[CGD]([A-Z0-9]{8,}|[A-Z]*\d[A-Z0-9]*)$/;
const userId = /^[UW]([A-Z0-9]{8,}|[A-Z]*\d[A-Z0-9]*)$/;

export function createDirectory(api: SlackApi, { clock, timings, channelNames }: Parts): SlackDirectory {
  let channels = new Map<string, Channel>();
  let idOf = new Map<string, string>();
  let readAt: number | null = null;
  let notBefore = Number.NEGATIVE_INFINITY;
  let stale = true;
  let running: Promise<void> | null = null;
  const directMessages = new Map<string, string>();
  const listed = new Set(channelNames.map((written) => plainId(written) ?? plainName(written)));

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
    let cursor = '';
    for (let page = 0; page < maxPages; page++) {
      const answer = await api.call('conversations.list', {
        types: 'public_channel,private_channel',
        exclude_archived: true,
        limit: 1000,
        ...(cursor && { cursor }),
      });
      if (!answer.ok) {
        stale = true;
        const waitMs = answer.failure.kind === 'retry' ? (answer.failure.afterMs ?? 0) : 0;
        notBefore = clock.monotonic() + Math.max(askAfterFailureMs, waitMs);
        return;
      }
      for (const [id, channel] of readChannels(answer.body)) found.set(id, channel);
      cursor = nextCursor(answer.body);
      if (!cursor) break;
    }
    channels = found;
    idOf = new Map([...found].map(([id, channel]) => [channel.name, id]));
    readAt = startedAt;
    notBefore = startedAt + askAgainMs;
  }

  const isDue = () => stale || readAt === null || clock.monotonic() - readAt > timings.directoryMs;
  const mayAsk = () => clock.monotonic() >= notBefore;

  /** For answers that cannot wait: renew behind the scenes, answer with what is known. */
  function known(id: string): Channel | null {
    if (isDue() && mayAsk()) void refresh();
    return channels.get(id) ?? null;
  }

  async function findChannel(written: string): Promise<string | null> {
    const id = plainId(written);
    if (id) return id;
    const name = plainName(written);
    if (running) await running;
    // Not found may mean: made since. So look once more, but not for every misspelt name.
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
    if (!userId.test(user)) return findChannel(written);
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
    isListed: (id) => listed.size > 0 && (listed.has(id) || listed.has(known(id)?.name ?? '')),
    missing: () => (readAt === null ? [] : [...listed].filter((one) => !channels.has(one) && !idOf.has(one))),
    invalidate() {
      stale = true;
      notBefore = clock.monotonic();
    },
    refresh,
  };
}

function plainId(written: string): string | null {
  const id = written.trim().replace(/^<#([^|>]+).*>$/, '$1');
  return channelId.test(id) ? id : null;
}

/** Names are lower case in Slack: https://docs.slack.dev/reference/methods/conversations.create#naming */
function plainName(written: string): string {
  return written.trim().replace(/^#/, '').toLowerCase();
}

function* readChannels(body: Record<string, unknown>): Generator<[string, Channel]> {
  if (!Array.isArray(body.channels)) return;
  for (const one of body.channels as (Record<string, unknown> | null)[]) {
    if (typeof one?.id !== 'string' || typeof one.name !== 'string') continue;
    yield [one.id, { name: one.name, kind: one.is_mpim ? 'mpim' : one.is_private ? 'private' : 'channel' }];
  }
}

function nextCursor(body: Record<string, unknown>): string {
  const cursor = (body.response_metadata as { next_cursor?: unknown } | undefined)?.next_cursor;
  return typeof cursor === 'string' ? cursor : '';
}
