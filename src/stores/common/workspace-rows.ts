import { InvalidRequest } from '../../domain/errors.ts';
import type { Installation, Origin } from '../../domain/installation.ts';

export interface WorkspaceRow {
  team: string;
  name: string;
  enterprise: string | null;
  /** 0 and 1 in SQLite. */
  is_org: boolean | number;
  bot_user: string;
  bot_id: string | null;
  url: string;
  scopes: string;
  installed_by: string;
  installed_at: number;
  bot_token: string;
  refresh_token: string | null;
  token_expires_at: number | null;
  trouble: string | null;
  origin: Origin;
  namespace: string;
}

export const workspaceColumns = [
  ...(['team', 'name', 'enterprise', 'is_org', 'bot_user', 'bot_id', 'url', 'scopes'] as const),
  ...(['installed_by', 'installed_at', 'bot_token', 'refresh_token', 'token_expires_at', 'trouble'] as const),
  ...(['origin', 'namespace'] as const),
] satisfies (keyof WorkspaceRow)[];

/** The values in the order of the columns; `is_org` is true or false. */
export const workspaceValues = (one: Installation) =>
  [
    ...([
      one.team,
      one.name,
      one.enterprise,
      one.isOrg,
      one.botUser,
      one.botId,
      one.url,
      one.scopes.join(' '),
    ] as const),
    ...([one.installedBy, one.installedAt, one.botToken, one.refreshToken, one.tokenExpiresAt, one.trouble] as const),
    ...([one.origin, one.namespace] as const),
  ] as const;

export const toInstallation = (row: WorkspaceRow): Installation => ({
  team: row.team,
  name: row.name,
  enterprise: row.enterprise,
  isOrg: Boolean(row.is_org),
  botUser: row.bot_user,
  botId: row.bot_id,
  url: row.url,
  scopes: row.scopes === '' ? [] : row.scopes.split(' '),
  installedBy: row.installed_by,
  installedAt: row.installed_at,
  botToken: row.bot_token,
  refreshToken: row.refresh_token,
  tokenExpiresAt: row.token_expires_at,
  trouble: row.trouble,
  origin: row.origin,
  namespace: row.namespace,
});

/** The columns that `changeWorkspace` may write. */
export const changeableColumns = {
  botToken: 'bot_token',
  refreshToken: 'refresh_token',
  tokenExpiresAt: 'token_expires_at',
  trouble: 'trouble',
} as const;

/** Prefixes of the keys of a team's events and requests. */
export const keyPrefixesOf = (team: string): string[] => [`${team}:`, `idempotency:${team}:`];

/** Returns the team after which a page begins; '' for the first one. @throws InvalidRequest */
export function checkTeamCursor(cursor: string | null): string {
  if (cursor === null || /^[A-Z0-9]{1,30}$/.test(cursor)) return cursor ?? '';
  throw new InvalidRequest(
    'cursor',
    `cursor "${cursor.slice(0, 100)}" is not one of ours; use "next" of the page before.`,
  );
}
