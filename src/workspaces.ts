import type { Logger } from 'pino';
import type { CommandTools } from './commands/index.ts';
import type { CoreSettings } from './config/index.ts';
import type { Clock } from './domain/clock.ts';
import type { IncomingMessage } from './domain/event.ts';
import type { NamingProblem, PostChannel } from './domain/naming.ts';
import type { Names } from './domain/visible-text.ts';
import type { ExtraRoutes } from './http/index.ts';
import { limitReaders } from './http/index.ts';
import type { NameBook } from './ports/names.ts';
import type { FindPerson } from './ports/recipients.ts';
import type { MessageSender } from './ports/sender.ts';
import type { EventSource, FileFetcher, Standing } from './ports/source.ts';
import type { StateStore } from './ports/store.ts';
import type { AcceptStore } from './ports/unit-of-work.ts';
import { createSimulator, simulatorRoutes, team as simulatorTeam } from './simulator/index.ts';
import { createSlack, judgeChannel } from './slack/index.ts';

/** A workspace, real or not, as the rest of the program sees it. */
export interface Workspace {
  source: EventSource;
  sender: MessageSender;
  files: FileFetcher;
  routes: ExtraRoutes[];
  /** Its id; '' until Slack has told. */
  team(): string;
  /** What commands ask about channels. */
  channels: Pick<CommandTools, 'findChannel' | 'isWatched' | 'watched'>;
  channelName(id: string): string | null;
  findPerson: FindPerson;
  /** Names for pages that show or ask for ids. */
  nameBook: NameBook;
  /** Names for the ids in messages, as far as they are known. */
  names: Names;
  /** Looks up the names of the users that a text mentions, for a moment at most. */
  learnNames(mrkdwn: string): Promise<void>;
  /** Looks whether the settings, and these channel ids of patterns, name channels that are there. Never rejects. */
  checkNames(patternChannels: readonly string[]): Promise<void>;
  namingProblems(): NamingProblem[];
  /** The id of a channel that a setting names, also after it was renamed; as it was written when it is not known. */
  channelOf(written: string): string;
  /** Null: it cannot be told. */
  isDeactivated(user: string): Promise<boolean | null>;
  /** Whether messages of this channel are matched. */
  watches(message: IncomingMessage): boolean;
  /** Whether the one who gave a command may do so. */
  standing(asked: Pick<IncomingMessage, 'user'>): Promise<Standing>;
}

export interface WorkspaceOptions {
  config: CoreSettings;
  postChannels: readonly PostChannel[];
  guardSimulator: boolean;
  clock: Clock;
  log: Logger;
  onError(text: string): void;
  onUserChange(user: string, deactivated: boolean): void;
  /** Remembers what names in the settings stood for. */
  store: StateStore & AcceptStore;
}

/** Slack when there is a token, else the simulator. */
export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const { SLACK_BOT_TOKEN: token, SLACK_CHANNEL_LIST } = options.config;
  const listed = (SLACK_CHANNEL_LIST ?? '').split(',').flatMap((each) => each.trim() || []);
  return token ? openSlack(token, listed, options) : openSimulator(listed, options);
}

const watchedOf = (listed: readonly string[]) =>
  listed.length > 0 ? listed.join(', ') : 'every public channel I am a member of';

async function openSlack(
  botToken: string,
  listed: readonly string[],
  { config, postChannels, clock, log, onError, onUserChange, store }: WorkspaceOptions,
): Promise<Workspace> {
  const slack = await createSlack({
    botToken,
    appToken: config.SLACK_APP_TOKEN,
    signingSecret: config.SLACK_SIGNING_SECRET,
    apiUrl: config.SLACK_API_URL,
    channelNames: listed,
    postChannels,
    memory: {
      read: store.state,
      write: (name, value) => void store.accept({ state: [{ name, value }] }).catch(() => {}),
    },
    onUserChange,
    clock,
    log,
    onError,
  });
  const { source, sender, files, directory, naming, names, people, plugin } = slack;
  return {
    source,
    sender,
    files,
    routes: plugin === null ? [] : [{ plugin, prefix: '', requireLogin: false, anyHost: true }],
    team: () => slack.identity()?.team ?? '',
    channels: {
      async findChannel(_team, written) {
        const id = await directory.findChannel(written);
        // So that `isWatched` knows, also of a channel made since.
        if (id !== null) await directory.lookUp(id);
        return id;
      },
      isWatched: (id) => (listed.length > 0 ? directory.isListed(id) : directory.kindOf(id) === 'channel'),
      watched: () => watchedOf(listed),
    },
    channelName: (id) => directory.nameOf(id),
    findPerson: slack.findPerson,
    nameBook: slack.nameBook,
    names,
    learnNames: names.learn,
    watches: ({ channel, channelKind }) =>
      listed.length > 0 ? directory.isListed(channel) : channelKind === 'channel',
    async standing({ user }) {
      if (config.ALLOW_EXTERNAL_USERS) return 'member';
      const lookup = await people.find(user);
      if (lookup.kind === 'absent') return 'external';
      if (lookup.kind === 'unavailable') return lookup.error === 'missing_scope' ? 'missing_scope' : 'unavailable';
      return lookup.person.external || lookup.person.deactivated ? 'external' : 'member';
    },
    checkNames: naming.check,
    namingProblems: naming.problems,
    channelOf: (written) => directory.idOf(written) ?? written,
    async isDeactivated(user) {
      const found = await people.find(user);
      return found.kind === 'found' ? found.person.deactivated : null;
    },
  };
}

function openSimulator(
  listed: readonly string[],
  { config, postChannels, guardSimulator, clock, onError }: WorkspaceOptions,
): Workspace {
  const simulator = createSimulator(clock.now, onError);
  const { source, sender, files, workspace, names } = simulator;
  const nameOf = (id: string) => workspace.findChannel(id)?.name ?? null;
  const isListed = (id: string) => listed.some((each) => workspace.findChannel(each)?.id === id);
  const isWatched = (id: string) => (listed.length > 0 ? isListed(id) : workspace.findChannel(id)?.kind === 'channel');
  return {
    source,
    sender,
    files,
    routes: [
      {
        plugin: simulatorRoutes(simulator, limitReaders().open),
        prefix: '/ultronex/simulator',
        requireLogin: guardSimulator,
      },
    ],
    team: () => simulatorTeam,
    channels: {
      findChannel: async (_team, written) => workspace.findChannel(written)?.id ?? null,
      isWatched,
      watched: () => watchedOf(listed),
    },
    channelName: nameOf,
    findPerson: simulator.findPerson,
    nameBook: simulator.nameBook,
    names,
    learnNames: async () => {},
    watches: ({ channel }) => isWatched(channel),
    standing: async ({ user }) => (workspace.user(user)?.guest && !config.ALLOW_EXTERNAL_USERS ? 'external' : 'member'),
    checkNames: async () => {},
    namingProblems() {
      const named = listed.map((written) => ({ setting: 'SLACK_CHANNEL_LIST', written }));
      return [...named, ...postChannels].flatMap((each) => {
        const channel = workspace.findChannel(each.written);
        const { name } = channel ?? { name: '' };
        const found = channel && { name, isMember: true, isPrivate: false, isArchived: false };
        return judgeChannel(each, { found: found ?? null }) ?? [];
      });
    },
    channelOf: (written) => written,
    isDeactivated: async () => null,
  };
}
