/** The installation of the bot in a workspace that came by /slack/install. Times are milliseconds since the epoch. */
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
  /** The user who installed it. */
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
