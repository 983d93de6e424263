// The API of the module `jobs`.
import { call, query } from '../../../web/api.ts';
import type { Job, JobPage, JobQuery, Known } from './types.ts';

const one = (id: string) => `jobs/${encodeURIComponent(id)}`;

export const jobsApi = {
  known: () => call<Known>('GET', 'jobs/definitions'),
  list: (filter: JobQuery) => call<JobPage>('GET', `jobs${query(filter)}`),
  one: (id: string) => call<Job>('GET', one(id)),
  stop: (id: string) => call<Job>('DELETE', one(id)),
  /** @param key a repetition with the same key starts nothing */
  start: (path: string, body: object, key: string) =>
    call<{ id: string }>('POST', path, body, { 'idempotency-key': key }),
  logs: (id: string) => `${one(id)}/logs`,
};
