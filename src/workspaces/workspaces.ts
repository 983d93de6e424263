import type { NamingProblem } from '../domain/naming.ts';
import type { ExtraRoutes } from '../http/index.ts';
import type { MessageSender } from '../ports/sender.ts';
import type { EventSource, FileFetcher } from '../ports/source.ts';
import type { Workspace } from './workspace.ts';

/** All installations of the bot: one source of events and one sender for all of them. */
export interface Workspaces {
  source: EventSource;
  sender: MessageSender;
  files: FileFetcher;
  routes: ExtraRoutes[];
  /** Replaces sockets that are open but deliver nothing. Returns false when events do not come over sockets. */
  renewSockets(): boolean;
  /** Returns the workspaces in memory. */
  teams(): string[];
  /** Problems with channels that settings name, in all installations. */
  namingProblems(): NamingProblem[];
  /** Returns the installation of a team. */
  of(team: string): Workspace;
  /** Returns the operator's installation. */
  home(): Workspace;
  /** Whether there can be others than the operator's. */
  areSeveral: boolean;
  /** Resolves with whether the bot is installed in a workspace. @throws StoreUnavailable */
  isInstalled(team: string): Promise<boolean>;
}

/** The connection to the workspaces. */
export type Connection = Pick<Workspaces, 'source' | 'sender' | 'files' | 'routes' | 'renewSockets'>;

/**
 * One installation, for every team.
 */
export function singleWorkspace(workspace: Workspace, connection: Connection): Workspaces {
  return {
    ...connection,
    teams: () => [workspace.team()],
    namingProblems: workspace.namingProblems,
    of: () => workspace,
    home: () => workspace,
    areSeveral: false,
    isInstalled: async (team) => team === workspace.team(),
  };
}
