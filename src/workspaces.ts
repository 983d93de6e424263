import type { Logger } from 'pino';
import type { Settings } from './config/schema.ts';
import type { Clock } from './domain/clock.ts';
import type { IncomingMessage } from './domain/event.ts';
import type { Names } from './domain/visible-text.ts';
import type { ExtraRoutes } from './http/server.ts';
import { openEventStream } from './http/sse.ts';
import type { MessageSender } from './ports/sender.ts';
import type { EventSource, FileFetcher } from './ports/source.ts';
import { simulatorRoutes } from './simulator/routes.ts';
import { createSimulator } from './simulator/simulator.ts';
import { team as simulatorTeam } from './simulator/workspace.ts';
import { createSlack } from './slack/index.ts';

/** A workspace, real or not, as the rest of the program sees it. */
export interface Workspace {
  source: EventSource;
  sender: MessageSender;
  files: FileFetcher;
  routes: ExtraRoutes[];
  /** Its id; '' until Slack has told. */
  team(): string;
  findChannel(written: string): Promise<string | null>;
  channelName(id: string): string | null;
  /** Names for the ids in messages, as far as they are known. */
  names: Names;
  /** Looks up the names of the users that a text mentions, for a moment at most. */
  learnNames(mrkdwn: string): Promise<void>;
  /** Whether messages of this channel are matched. */
  watches(message: IncomingMessage): boolean;
}

export interface WorkspaceOptions {
  config: Settings;
  listed: readonly string[];
  guardSimulator: boolean;
  clock: Clock;
  log: Logger;
  onError(text: string): void;
}

/** Slack when there is a token, else the simulator. */
export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  return options.config.SLACK_BOT_TOKEN ? openSlack(options.config.SLACK_BOT_TOKEN, options) : openSimulator(options);
}

async function openSlack(
  botToken: string,
  { config, listed, clock, log, onError }: WorkspaceOptions,
): Promise<Workspace> {
  const slack = await createSlack({
    botToken,
    appToken: config.SLACK_APP_TOKEN,
    signingSecret: config.SLACK_SIGNING_SECRET,
    apiUrl: config.SLACK_API_URL,
    channelNames: listed,
    clock,
    log,
    onError,
  });
  const { source, sender, files, directory, names, plugin } = slack;
  return {
    source,
    sender,
    files,
    routes: plugin === null ? [] : [{ plugin, prefix: '', requireLogin: false, anyHost: true }],
    team: () => slack.identity()?.team ?? '',
    findChannel: (written) => directory.findChannel(written),
    channelName: (id) => directory.nameOf(id),
    names,
    learnNames: names.learn,
    watches: ({ channel, channelKind }) =>
      listed.length > 0 ? directory.isListed(channel) : channelKind === 'channel',
  };
}

function openSimulator({ listed, guardSimulator, clock, onError }: WorkspaceOptions): Workspace {
  const simulator = createSimulator(clock.now, onError);
  const { source, sender, files, workspace, names } = simulator;
  const nameOf = (id: string) => workspace.findChannel(id)?.name ?? null;
  const isListed = (id: string) => listed.some((each) => workspace.findChannel(each)?.id === id);
  return {
    source,
    sender,
    files,
    routes: [
      {
        plugin: simulatorRoutes(simulator, openEventStream),
        prefix: '/ultronex/simulator',
        requireLogin: guardSimulator,
      },
    ],
    team: () => simulatorTeam,
    findChannel: async (written) => workspace.findChannel(written)?.id ?? null,
    channelName: nameOf,
    names,
    learnNames: async () => {},
    watches: ({ channel, channelKind }) => (listed.length > 0 ? isListed(channel) : channelKind === 'channel'),
  };
}
