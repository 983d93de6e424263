import { WrongState } from '../../domain/errors.ts';
import type { TokenStore } from '../../ports/token-store.ts';
import { mostTokens, nameIsTaken, type TokenRow, tokenValues, tooManyTokens, toToken } from '../common/token-rows.ts';
import type { Database, Statements } from './database.ts';

/** API tokens, found by the hash of their secret. */
export function createTokens(db: Database): TokenStore {
  async function activeNamed(tx: Statements, name: string, now: number): Promise<TokenRow | undefined> {
    const [row] = await tx.query<TokenRow>(
      'SELECT * FROM tokens WHERE name = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)',
      [name, now],
    );
    return row;
  }

  /** Tokens are made and revoked one after the other, so that no two active ones have the same name. */
  const lock = (tx: Statements) => void tx.run('LOCK TABLE tokens IN SHARE ROW EXCLUSIVE MODE');

  return {
    createToken: (token, now) =>
      db.transaction(async (tx) => {
        lock(tx);
        if ((await activeNamed(tx, token.name, now)) !== undefined) throw new WrongState(nameIsTaken(token.name));
        const [counted] = await tx.query<{ count: number }>('SELECT count(*) AS count FROM tokens');
        if ((counted?.count ?? 0) >= mostTokens) throw new WrongState(tooManyTokens);
        void tx.run(
          `INSERT INTO tokens (id, name, start, hash, scopes, created_at, created_by, last_used_at, expires_at, revoked_at, team)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
          tokenValues(token),
        );
      }),
    async tokens() {
      return (await db.query<TokenRow>('SELECT * FROM tokens ORDER BY created_at DESC, id DESC')).map(toToken);
    },
    async tokenByHash(hash) {
      const [row] = await db.query<TokenRow>('SELECT * FROM tokens WHERE hash = $1', [hash]);
      return row === undefined ? null : toToken(row);
    },
    revokeToken: (name, now) =>
      db.transaction(async (tx) => {
        lock(tx);
        const row = await activeNamed(tx, name, now);
        if (row === undefined) return null;
        void tx.run('UPDATE tokens SET revoked_at = $1 WHERE id = $2', [now, row.id]);
        return toToken({ ...row, revoked_at: now });
      }),
    async tokenUsed(id, now) {
      await db.run('UPDATE tokens SET last_used_at = $1 WHERE id = $2', [now, id]);
    },
  };
}
