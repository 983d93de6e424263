import type { Logger } from 'pino';
import type { CoreSettings } from '../config/index.ts';
import type { Clock } from '../domain/clock.ts';
import type { PostChannel } from '../domain/naming.ts';
import type { Recording } from '../domain/team-event.ts';
import type { Installations } from '../ports/installations.ts';
import type { NewsStore } from '../ports/news-store.ts';
import type { InstallationStore, StateStore } from '../ports/store.ts';
import type { AcceptStore } from '../ports/unit-of-work.ts';

export interface WorkspaceOptions {
  config: CoreSettings;
  postChannels: readonly PostChannel[];
  /** Whether the simulator's routes require the login. */
  guardSimulator: boolean;
  clock: Clock;
  log: Logger;
  onError(team: string, text: string): void;
  onUserChange(team: string, user: string, deactivated: boolean): void;
  /** Keeps the ids of channels that settings name, and the ids of workspaces. */
  store: StateStore & AcceptStore & InstallationStore & NewsStore;
  /** Null: no workspace can install the app. */
  installations: Installations | null;
  /** Which events are recorded for programs outside; null: none. */
  recording: Recording | null;
}

/**
 * Gives a team the data of team ''. A store that is full must not prevent the start: the next start tries again.
 */
export async function adopt(team: string, { store, log }: Pick<WorkspaceOptions, 'store' | 'log'>): Promise<void> {
  await store.adopt(team).catch((error) => {
    log.error({ err: error }, 'data without a workspace was not assigned; the next start tries again');
  });
}

/** Returns the channels whose messages are matched, as a text for people. */
export const watchedOf = (listed: readonly string[]): string =>
  listed.length > 0 ? listed.join(', ') : 'every public channel I am a member of';
