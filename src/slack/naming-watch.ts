import type { NamingProblem, PostChannel } from '../domain/naming.ts';
import type { SlackApi } from './api.ts';
import type { SlackDirectory } from './directory.ts';
import { object, text } from './json.ts';
import { type ChannelFacts, judgeChannel, type NamedChannel, plainName } from './named-channels.ts';
import type { SlackSetup } from './options.ts';

/** Whether the settings name channels that are there; looked at anew whenever the list of channels is. */
export interface NamingWatch {
  /**
   * Reads the list when it is due, and judges. Makes or joins the channels to post to the first time. Never rejects.
   * `patternChannels`: ids of the channels that patterns are watched in.
   */
  check(patternChannels: readonly string[]): Promise<void>;
  problems(): NamingProblem[];
}

export interface NamingWatchParts {
  api: SlackApi;
  directory: Pick<SlackDirectory, 'refreshIfDue' | 'invalidate' | 'reads' | 'channelOf' | 'idOf' | 'archivedNames'>;
  setup: Pick<SlackSetup, 'log' | 'channelNames' | 'postChannels'>;
}

/** Channels that the list does not have are asked for one by one; the method allows 50 calls a minute. */
const mostAsked = 20;
/** Of one setting; a list of thousands would fill the log. */
const mostProblems = 20;

export function createNamingWatch({ api, directory, setup }: NamingWatchParts): NamingWatch {
  const { log } = setup;
  let problems: NamingProblem[] = [];
  let judged = '';
  let prepared = false;

  function wanted(patternChannels: readonly string[]): NamedChannel[] {
    return [
      ...setup.channelNames.map((written) => ({ setting: 'SLACK_CHANNEL_LIST', written })),
      ...setup.postChannels,
      ...[...new Set(patternChannels)].map((written) => ({ setting: 'patterns', written })),
    ];
  }

  async function check(patternChannels: readonly string[]): Promise<void> {
    await directory.refreshIfDue();
    if (directory.reads() === 0) return;
    // As long as neither the list nor the settings change, nothing else can have.
    const named = wanted(patternChannels);
    const state = JSON.stringify([directory.reads(), named]);
    if (state === judged) return;
    if (!prepared) {
      prepared = true;
      for (const each of setup.postChannels) await prepare(each);
    }
    const now = await judgeAll(named);
    if (now === null) return;
    judged = state;
    tell(now);
  }

  /** Null: Slack could not be asked just now. */
  async function judgeAll(named: readonly NamedChannel[]): Promise<NamingProblem[] | null> {
    const unlisted = named.filter(({ written }) => directory.channelOf(written) === null);
    const others = unlisted.length === 0 ? new Map<string, ChannelFacts>() : await lookElsewhere(unlisted);
    if (others === null) return null;
    const problems = named.flatMap((each) => {
      const listed = directory.channelOf(each.written);
      const facts = listed ? { found: { ...listed, isArchived: false } } : others.get(each.written);
      return (facts && judgeChannel(each, facts)) ?? [];
    });
    return [...new Set(named.map(({ setting }) => setting))].flatMap((setting) =>
      problems.filter((one) => one.setting === setting).slice(0, mostProblems),
    );
  }

  /** The list leaves archived channels out, and those the bot cannot see. */
  async function lookElsewhere(named: readonly NamedChannel[]): Promise<Map<string, ChannelFacts> | null> {
    const facts = new Map<string, ChannelFacts>();
    const byName = new Set<string>();
    for (const { written } of named.slice(0, mostAsked)) {
      const id = directory.idOf(written);
      if (id === null) {
        byName.add(written);
        continue;
      }
      const answer = await api.call('conversations.info', { channel: id });
      if (!answer.ok && answer.failure.kind === 'retry') return null;
      facts.set(written, { found: answer.ok ? factsOf(answer.body.channel) : null });
    }
    if (byName.size === 0) return facts;
    const archived = await directory.archivedNames();
    if (archived === null) return null;
    for (const written of byName) {
      const name = plainName(written);
      const isArchived = archived.has(name);
      facts.set(written, { found: isArchived ? { name, isArchived, isMember: false, isPrivate: false } : null });
    }
    return facts;
  }

  /**
   * Without its channel alerts reach nobody. The scopes are optional ones of the manifest; whoever granted them has said
   * that the channel may be made.
   */
  async function prepare({ written, purpose }: PostChannel): Promise<void> {
    const there = directory.channelOf(written);
    if (there?.isMember || there?.isPrivate) return;
    if (there) {
      const joined = await api.call('conversations.join', { channel: there.id }, ['missing_scope']);
      if (joined.ok) log.info({ channel: there.name }, `joined the channel of ${purpose}`);
    } else if (directory.idOf(written) === null) {
      const made = await api.call('conversations.create', { name: plainName(written) }, ['missing_scope']);
      if (made.ok) log.info({ channel: plainName(written) }, `made the channel of ${purpose}; join it to see them`);
      if (!made.ok) return;
    } else return;
    directory.invalidate();
    await directory.refreshIfDue();
  }

  /** Each problem once: when it appears, and when it is solved. */
  function tell(now: NamingProblem[]): void {
    const before = new Set(problems.map(({ text }) => text));
    for (const { text, setting, channel } of now) if (!before.has(text)) log.warn({ setting, channel }, text);
    const after = new Set(now.map(({ text }) => text));
    for (const { text, setting, channel } of problems) {
      if (!after.has(text)) log.info({ setting, channel }, `no longer so: ${text}`);
    }
    problems = now;
  }

  return { check, problems: () => problems };
}

function factsOf(value: unknown): ChannelFacts['found'] {
  const channel = object(value);
  const name = text(channel?.name);
  if (!channel || !name) return null;
  return {
    name,
    isMember: channel.is_member === true,
    isPrivate: channel.is_private === true,
    isArchived: channel.is_archived === true,
  };
}
