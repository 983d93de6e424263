import type { FastifyBaseLogger, FastifyRequest } from 'fastify';
import type { Clock } from '../domain/clock.ts';
import { UltronexError } from '../domain/errors.ts';
import { parseGrant } from '../domain/scope.ts';
import { hashOfSecret, isSecret, stateOf } from '../domain/token.ts';
import type { TokenStore } from '../ports/token-store.ts';

/** A bearer token is unknown, expired or revoked; the message is the reason. */
export class TokenRefused extends UltronexError {
  override readonly code = 'ERR_TOKEN_REFUSED';
  override readonly status = 401;
  /** Whether the secret is not one of ours, as of one who guesses. */
  readonly isUnknown: boolean;
  constructor(message: string, isUnknown: boolean) {
    super(message);
    this.isUnknown = isUnknown;
  }
}

export interface TokenCheckParts {
  tokens: Pick<TokenStore, 'tokenByHash' | 'tokenUsed'>;
  clock: Pick<Clock, 'now'>;
  log: Pick<FastifyBaseLogger, 'warn'>;
}

/** The time of the last use is written at most this often. Milliseconds. */
const usedEveryMs = 60_000;
const scheme = /^bearer +/i;

/** Returns whether a header `Authorization` has a bearer token. Names of schemes have no case (RFC 9110, 11.1). */
export const isBearer = (authorization: string): boolean => scheme.test(authorization);

/** Returns a check of the token of a request. It sets `request.principal`, also when the token has ended, and rejects with TokenRefused. */
export function createTokenCheck({ tokens, clock, log }: TokenCheckParts) {
  /** When the use of a token was last written by this process, by its id. */
  const written = new Map<string, number>();

  function use(id: string, lastUsedAt: number | null, now: number): void {
    const last = Math.max(written.get(id) ?? 0, lastUsedAt ?? 0);
    if (now >= last && now - last < usedEveryMs) return;
    written.set(id, now);
    tokens.tokenUsed(id, now).catch((error) => log.warn({ err: error }, 'the use of a token was not written'));
  }

  return async function checkToken(request: FastifyRequest): Promise<void> {
    const secret = (request.headers.authorization ?? '').replace(scheme, '').trim();
    if (!isSecret(secret)) {
      const msg = 'This is no token of this program: it begins with ux_ and has 39 characters. Was it cut or mistyped?';
      throw new TokenRefused(msg, true);
    }
    const token = await tokens.tokenByHash(hashOfSecret(secret));
    if (token === null) throw new TokenRefused('This token is not known. An admin can create a new one.', true);
    const { id, name, scopes, lastUsedAt, team } = token;
    const grants = scopes.map(parseGrant);
    request.principal = { actor: { kind: 'token', name }, grants, ...(team !== null && { team }) };
    const now = clock.now();
    const state = stateOf(token, now);
    if (state !== 'active') {
      const at = new Date(state === 'revoked' ? (token.revokedAt ?? 0) : (token.expiresAt ?? 0)).toISOString();
      const what = state === 'revoked' ? `was revoked at ${at}` : `expired at ${at}`;
      throw new TokenRefused(`The token "${name}" ${what}. An admin can create a new one.`, false);
    }
    use(id, lastUsedAt, now);
  };
}
