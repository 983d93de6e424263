import type { Token } from '../../domain/token.ts';

export interface TokenRow {
  id: string;
  name: string;
  start: string;
  hash: string;
  scopes: string;
  created_at: number;
  created_by: string;
  last_used_at: number | null;
  expires_at: number | null;
  revoked_at: number | null;
  team: string | null;
}

/** The most tokens that are kept, with expired and revoked ones. */
export const mostTokens = 1_000;
export const tooManyTokens = `There are ${mostTokens} tokens, the most that are kept; revoked and expired ones leave after 90 days.`;
export const nameIsTaken = (name: string) =>
  `There is a token "${name}" already. Revoke it first, or choose another name.`;

/** The values of the columns in the order of `TokenRow`. */
export const tokenValues = (token: Token) =>
  [
    ...([token.id, token.name, token.start, token.hash, token.scopes.join(' ')] as const),
    ...([token.createdAt, token.createdBy, token.lastUsedAt, token.expiresAt, token.revokedAt, token.team] as const),
  ] as const;

export const toToken = (row: TokenRow): Token => ({
  id: row.id,
  name: row.name,
  start: row.start,
  hash: row.hash,
  scopes: row.scopes.split(' '),
  createdAt: row.created_at,
  createdBy: row.created_by,
  lastUsedAt: row.last_used_at,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
  team: row.team,
});
