import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock.ts';
import { stateOf } from '../../domain/token.ts';
import type { TokenStore } from '../../ports/token-store.ts';

const weekMs = 7 * 86_400_000;

export interface WarnParts {
  store: Pick<TokenStore, 'tokens'>;
  clock: Pick<Clock, 'now'>;
  log: Pick<Logger, 'warn'>;
}

/** Logs a warning for each token that expires within a week. */
export async function warnOfExpiry({ store, clock, log }: WarnParts): Promise<void> {
  const now = clock.now();
  for (const token of await store.tokens()) {
    const { name, expiresAt } = token;
    if (expiresAt === null || stateOf(token, now) !== 'active' || expiresAt - now > weekMs) continue;
    log.warn({ token: name, expiresAt: new Date(expiresAt).toISOString() }, 'a token expires within a week');
  }
}
