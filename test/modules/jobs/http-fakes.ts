import type { AuditEntry } from '../../../src/domain/audit.ts';
import { hashOfSecret, newSecret, type Token } from '../../../src/domain/token.ts';
import { createPeople } from '../../../src/people/index.ts';

export const basicPeople = () =>
  createPeople({
    accounts: [
      { name: 'ada', password: 'ada', role: 'operator' },
      { name: 'bo', password: 'bo', role: 'viewer' },
      { name: 'cy', password: 'cy', role: 'admin' },
    ],
    slack: new Map(),
  });

/** The parts of a store that logins and the audit log need. */
export function fakeStore() {
  const tokens = new Map<string, Token>();
  const audit: AuditEntry[] = [];
  return {
    audit,
    async writeAudit(entry: AuditEntry) {
      audit.push(entry);
    },
    tokenByHash: async (hash: string) => tokens.get(hash) ?? null,
    tokenUsed: async () => {},
    newToken(name: string, ...scopes: string[]): string {
      const secret = newSecret();
      const hash = hashOfSecret(secret);
      tokens.set(hash, {
        ...{ id: name, name, start: secret.slice(0, 8), hash, scopes, createdAt: 0, createdBy: 'cy' },
        ...{ lastUsedAt: Date.now(), expiresAt: null, revokedAt: null, team: null },
      });
      return secret;
    },
  };
}
