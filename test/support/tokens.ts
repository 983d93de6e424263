import { hashOfSecret, newSecret, startOfSecret, type Token } from '../../src/domain/token.ts';

/** A token of the operator's that never expires, with a secret that nobody knows. */
export function tokenOf(more: Partial<Token>): Token {
  const secret = newSecret();
  return {
    ...{ id: 'id', name: 'ci', start: startOfSecret(secret), hash: hashOfSecret(secret), team: null },
    ...{ scopes: ['read', 'post:#ops'], createdAt: 0, createdBy: 'ultronex' },
    ...{ lastUsedAt: null, expiresAt: null, revokedAt: null, ...more },
  };
}
