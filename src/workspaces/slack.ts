import { blocksOf } from '../destinations/slack/index.ts';
import { createSlack } from '../slack/index.ts';
import { adopt, type WorkspaceOptions } from './options.ts';
import { createFilesOfTeams, createSenderOfTeams } from './senders.ts';
import { homeWorkspace, installedWorkspace } from './slack-workspace.ts';
import type { Workspaces } from './workspaces.ts';

/** By this the programs on a store tell one another that the list of channels changed: Slack sends the event to one of them. */
const topic = 'channels';

/** The Slack workspace of `botToken`, and those that installed the app. */
export async function openSlack(
  botToken: string,
  listed: readonly string[],
  options: WorkspaceOptions,
): Promise<Workspaces> {
  const { config, postChannels, clock, log, onError, onUserChange, store, installations, recording } = options;
  const known = await store.installations();
  const newest = known.at(-1);
  if (newest !== undefined) await adopt(newest, options);
  const team = (): string => slack.teams.home.identity()?.team ?? newest ?? '';
  const slack = await createSlack({
    botToken,
    appToken: config.SLACK_APP_TOKEN,
    signingSecret: config.SLACK_SIGNING_SECRET,
    apiUrl: config.SLACK_API_URL,
    channelNames: listed,
    postChannels,
    homeTeam: newest,
    installations,
    recording,
    memory: {
      read: store.state,
      write: (name, value) => void store.accept({ state: [{ name, value }] }).catch(() => {}),
    },
    onUserChange: (user, gone, of = team()) => onUserChange(of, user, gone),
    onChannelsChange: (of = team()) => store.tell(topic, of),
    blocksOf,
    clock,
    log,
    onError: (text, of = team()) => onError(of, text),
  });
  void slack.known
    .then(({ team }) => store.install(team))
    .catch((error) => {
      log.error({ err: error }, 'the workspace is not remembered; the next start asks Slack again');
    });
  const { teams, source, plugin, renewSockets } = slack;
  store.onTold(topic, (of) => teams.loaded(of as string)?.directory.invalidate());
  const home = homeWorkspace(teams.home, team, listed);
  return {
    ...{ source, renewSockets },
    sender: createSenderOfTeams(teams),
    files: createFilesOfTeams(teams),
    routes: [{ plugin, prefix: '', requireLogin: false, anyHost: true }],
    home: () => home,
    areSeveral: teams.areSeveral,
    isInstalled: async (id) => id === team() || (teams.areSeveral && (await teams.find(id)) !== null),
    of: (id) => (!teams.areSeveral || id === '' || id === team() ? home : installedWorkspace(id, teams)),
    teams: () => [team(), ...teams.others()],
    namingProblems: home.namingProblems,
  };
}
