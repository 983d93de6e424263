import type { Token } from '../domain/token.ts';

/** API tokens. Times are milliseconds since the epoch. */
export interface TokenStore {
  /** @throws WrongState when an active token has the name, or there are too many tokens */
  createToken(token: Token, now: number): Promise<void>;
  /** All that are kept, newest first. */
  tokens(): Promise<Token[]>;
  tokenByHash(hash: string): Promise<Token | null>;
  /** Revokes the active token with this name. Null: there is none. */
  revokeToken(name: string, now: number): Promise<Token | null>;
  tokenUsed(id: string, now: number): Promise<void>;
}
