/** `install`: by /slack/install. `hash`: another program registered the bot in the Redis hash of Relax. */
export type Origin = 'install' | 'hash';

/** The installation of the bot in another workspace. Times are milliseconds since the epoch. */
export interface Installation {
  /** The workspace's id; with `isOrg` the organisation's (`E…`). */
  team: string;
  name: string;
  /** The Enterprise organisation that it is part of. */
  enterprise: string | null;
  /** The app is installed for all workspaces of the organisation. */
  isOrg: boolean;
  /** The bot's user. */
  botUser: string;
  botId: string | null;
  /** `https://acme.slack.com/`, for permalinks. */
  url: string;
  scopes: readonly string[];
  origin: Origin;
  /** The namespace of its events, as it was registered; '' for one that came by /slack/install. */
  namespace: string;
  /** The user who installed it; '' for a registered bot. */
  installedBy: string;
  installedAt: number;
  /** Sealed, see `domain/sealed.ts`. */
  botToken: string;
  /** Sealed; null: the app has no token rotation. */
  refreshToken: string | null;
  tokenExpiresAt: number | null;
  /** Slack's reason to refuse the token, such as `account_inactive`; null: it works. */
  trouble: string | null;
}
