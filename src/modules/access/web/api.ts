// The API of the module `access`.
import type { Answer, Body, Query } from '../../../api/index.ts';
import { call, query } from '../../../web/api.ts';

export type Token = Answer<'/ultronex/tokens'>['tokens'][number];
export type NewToken = Body<'/ultronex/tokens', 'post'>;
/** A token with its secret, `token`. */
export type CreatedToken = Answer<'/ultronex/tokens', 'post', 201>;
export type AuditPage = Answer<'/ultronex/audit'>;
export type AuditEntry = AuditPage['entries'][number];
export type AuditQuery = Omit<NonNullable<Query<'/ultronex/audit'>>, 'outcome'> & {
  /** The outcome `''` stands for all outcomes. */
  outcome?: AuditEntry['outcome'] | '';
};

export const accessApi = {
  tokens: () => call<Answer<'/ultronex/tokens'>>('GET', 'tokens').then((answer) => answer.tokens),
  create: (token: NewToken) => call<CreatedToken>('POST', 'tokens', token),
  revoke: (name: string) => call<Token>('DELETE', `tokens/${encodeURIComponent(name)}`),
  audit: (filter: AuditQuery) => call<AuditPage>('GET', `audit${query(filter)}`),
};
