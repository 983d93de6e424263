import type { Installation } from '../domain/installation.ts';
import type { Page } from './ledger-store.ts';

/** The other workspaces that the bot is installed in. */
export interface WorkspaceStore {
  /** Null: it has not installed the bot. */
  workspace(team: string): Promise<Installation | null>;
  /** By their ids. @throws InvalidRequest for a foreign cursor */
  workspaces(cursor: string | null, limit: number): Promise<Page<Installation>>;
  countWorkspaces(): Promise<number>;
  /** The number of installations whose token Slack refuses (`trouble`). */
  countTroubledWorkspaces(): Promise<number>;
  /** Those with a refresh token whose token expires before `before`, the earliest first. */
  expiringWorkspaces(before: number, limit: number): Promise<Installation[]>;
  /** Writes an installation, in place of an earlier one of this workspace. */
  saveWorkspace(installation: Installation): Promise<void>;
  /**
   * Changes an installation, unless it was installed again meanwhile (`installedAt` differs) or is gone. Resolves with whether it
   * was written.
   */
  changeWorkspace(
    team: string,
    installedAt: number,
    change: Partial<Pick<Installation, 'botToken' | 'refreshToken' | 'tokenExpiresAt' | 'trouble'>>,
  ): Promise<boolean>;
  /** Removes an installation that is older than `before`: a re-install may have come first. Resolves with whether there was one. */
  removeWorkspace(team: string, before: number): Promise<boolean>;
  /**
   * Deletes everything of a team: its messages, patterns, counters, tokens, installation and what its users did in the audit log.
   * In steps; after a crash it may be called again. Resolves with the number of rows.
   */
  eraseTeam(team: string): Promise<number>;
  /** Calls `listener` in this and other programs on the store after an installation was written or removed. */
  onWorkspace(listener: (team: string) => void): void;
  /**
   * Calls `listener` in this and other programs on the store after a team was erased: whoever has something of it in memory forgets
   * it.
   */
  onErased(listener: (team: string) => void): void;
}
