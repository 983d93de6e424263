import { randomUUID } from 'node:crypto';

/** Tokens of an account at most, and how many come back each minute (Dev Center, "Rate limits"). */
const mostTokens = 4_500;
const tokensAMinute = 75;

export type Scope = 'global' | 'identity' | 'read' | 'read-protected' | 'write' | 'write-protected';

export interface FakeAccount {
  id: string;
  email: string;
  name: string | null;
  suspended: boolean;
  /** Requests that are left; all keys of the account share them. Tests may set it. */
  remaining: number;
  /** Names of its apps; null: all of the world. Other apps get 403. */
  apps: Set<string> | null;
}

export interface FakeKey {
  account: FakeAccount;
  scopes: Set<Scope>;
}

export const createAccount = (email: string): FakeAccount => ({
  ...{ id: randomUUID(), email, name: null, suspended: false, remaining: mostTokens, apps: null },
});

/** The key of a request: `Bearer KEY` or Basic with the key as the password. */
export function keyOf(authorization: string): string | null {
  const [, scheme = '', value = ''] = /^(Bearer|Basic)\s+(\S+)$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  return scheme === ''
    ? null
    : Buffer.from(value, 'base64')
        .toString()
        .replace(/^[^:]*:/, '');
}

const implied: Record<Scope, Scope[]> = {
  global: ['identity', 'read', 'read-protected', 'write', 'write-protected'],
  identity: [],
  read: [],
  'read-protected': ['read'],
  write: ['read'],
  'write-protected': ['read', 'read-protected', 'write'],
};

export const mayUse = ({ scopes }: FakeKey, needed: Scope): boolean =>
  [...scopes].some((scope) => scope === needed || implied[scope].includes(needed));

/** Takes a token; false when none is left. Tokens come back with the time of `now`. */
export function createBudget(now: () => number): {
  refill(account: FakeAccount): void;
  take(account: FakeAccount): boolean;
} {
  const refilledAt = new Map<FakeAccount, number>();
  const budget = {
    refill(account: FakeAccount) {
      const minutes = Math.floor((now() - (refilledAt.get(account) ?? now())) / 60_000);
      refilledAt.set(account, (refilledAt.get(account) ?? now()) + minutes * 60_000);
      account.remaining = Math.min(mostTokens, account.remaining + minutes * tokensAMinute);
    },
    take(account: FakeAccount) {
      budget.refill(account);
      if (account.remaining < 1) return false;
      account.remaining -= 1;
      return true;
    },
  };
  return budget;
}

export const accountReply = ({ id, email, name, suspended }: FakeAccount, time: string) => ({
  acknowledged_msa: false,
  acknowledged_msa_at: null,
  allow_tracking: true,
  beta: false,
  country_of_residence: null,
  created_at: time,
  default_organization: null,
  default_team: null,
  delinquent_at: null,
  ...{ email, federated: false, id },
  identity_provider: null,
  italian_customer_terms: null,
  italian_partner_terms: null,
  last_login: time,
  name,
  sms_number: null,
  suspended_at: suspended ? time : null,
  two_factor_authentication: true,
  updated_at: time,
  verified: true,
});
