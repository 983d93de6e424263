import type { Installation } from '../domain/installation.ts';

/** An installation with its token opened, if a key of TOKEN_KEYS opens it. */
export interface Installed
  extends Pick<
    Installation,
    'team' | 'name' | 'enterprise' | 'isOrg' | 'botUser' | 'botId' | 'url' | 'installedAt' | 'namespace'
  > {
  /** Returns the bot token as it is now: with token rotation it changes twice a day. Null: no key of TOKEN_KEYS opens it. */
  token(): string | null;
}

/** The other workspaces that the bot is installed in. */
export interface Installations {
  /**
   * Resolves with the installation of a workspace, else with that of its organisation; null: there is none. From a cache after the
   * first call. @throws StoreUnavailable
   */
  find(team: string, enterprise: string | null): Promise<Installed | null>;
  /** Slack refuses the token of an installation, with this error; null: it works. */
  refused(installed: Installed, error: string | null): void;
  /** Slack told at `at` (milliseconds since the epoch) that the app was removed from the workspace or that its tokens were revoked. */
  ended(team: string, reason: string, at: number): Promise<void>;
  /** Calls `listener` after an installation was made, changed or removed, here or by another program on the store. */
  onChange(listener: (team: string) => void): void;
}
