import { limitReaders } from '../http/index.ts';
import { createSimulator, simulatorRoutes, team } from '../simulator/index.ts';
import { judgeChannel } from '../slack/index.ts';
import { adopt, type WorkspaceOptions, watchedOf } from './options.ts';
import type { Workspace } from './workspace.ts';
import { singleWorkspace, type Workspaces } from './workspaces.ts';

/** The simulated workspace. */
export async function openSimulator(listed: readonly string[], options: WorkspaceOptions): Promise<Workspaces> {
  const { postChannels, guardSimulator, clock, onError, recording } = options;
  await adopt(team, options);
  const simulator = createSimulator(clock.now, (text) => onError(team, text), recording);
  const { source, sender, files, workspace: simulated } = simulator;
  const nameOf = (id: string) => simulated.findChannel(id)?.name ?? null;
  const isListed = (id: string) => listed.some((each) => simulated.findChannel(each)?.id === id);
  const isWatched = (id: string) => (listed.length > 0 ? isListed(id) : simulated.findChannel(id)?.kind === 'channel');
  const workspace: Workspace = {
    team: () => team,
    findChannel: async (written) => simulated.findChannel(written)?.id ?? null,
    channelOf: (written) => written,
    channelName: nameOf,
    isWatched,
    watches: ({ channel }) => isWatched(channel),
    watched: () => watchedOf(listed),
    findPerson: simulator.findPerson,
    nameBook: simulator.nameBook,
    names: simulator.names,
    learnNames: async () => {},
    checkNames: async () => {},
    namingProblems() {
      const named = listed.map((written) => ({ setting: 'SLACK_CHANNEL_LIST', written }));
      return [...named, ...postChannels].flatMap((each) => {
        const channel = simulated.findChannel(each.written);
        const { name } = channel ?? { name: '' };
        const found = channel && { name, isMember: true, isPrivate: false, isArchived: false };
        return judgeChannel(each, { found: found ?? null }) ?? [];
      });
    },
    isDeactivated: async () => null,
    standing: async (user) => (simulated.user(user)?.guest ? 'external' : 'member'),
  };
  const plugin = simulatorRoutes(simulator, limitReaders().open);
  const routes = [{ plugin, prefix: '/ultronex/simulator', requireLogin: guardSimulator, scope: 'read' as const }];
  return singleWorkspace(workspace, { source, sender, files, routes, renewSockets: () => false });
}
