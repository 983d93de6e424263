import { WrongState } from '../../domain/errors.ts';
import type { TokenStore } from '../../ports/token-store.ts';
import { mostTokens, nameIsTaken, type TokenRow, tokenValues, tooManyTokens, toToken } from '../common/token-rows.ts';
import type { CommitQueue } from './commit-queue.ts';
import type { Database } from './database.ts';

/** API tokens, found by the hash of their secret. */
export function createTokenStore(db: Database, queue: CommitQueue): TokenStore {
  const insert = db.prepare(
    `INSERT INTO tokens (id, name, start, hash, scopes, created_at, created_by, last_used_at, expires_at, revoked_at, team)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const active = db.prepare<[string, number], TokenRow>(
    'SELECT * FROM tokens WHERE name = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)',
  );
  const count = db.prepare<[], number>('SELECT count(*) FROM tokens').pluck();
  const all = db.prepare<[], TokenRow>('SELECT * FROM tokens ORDER BY created_at DESC, id DESC');
  const byHash = db.prepare<[string], TokenRow>('SELECT * FROM tokens WHERE hash = ?');
  const revoke = db.prepare('UPDATE tokens SET revoked_at = ? WHERE id = ?');
  const use = db.prepare('UPDATE tokens SET last_used_at = ? WHERE id = ?');

  return {
    createToken: (token, now) =>
      queue.run(() => {
        if (active.get(token.name, now) !== undefined) {
          throw new WrongState(nameIsTaken(token.name));
        }
        if ((count.get() ?? 0) >= mostTokens) {
          throw new WrongState(tooManyTokens);
        }
        insert.run(...tokenValues(token));
      }),
    tokens: async () => all.all().map(toToken),
    async tokenByHash(hash) {
      const row = byHash.get(hash);
      return row === undefined ? null : toToken(row);
    },
    revokeToken: (name, now) =>
      queue.run(() => {
        const row = active.get(name, now);
        if (row === undefined) return null;
        revoke.run(now, row.id);
        return toToken({ ...row, revoked_at: now });
      }),
    tokenUsed: (id, now) => queue.run(() => void use.run(now, id)),
  };
}
