// The API of the module `watch`.
import type { Answer, Query } from '../../../api/index.ts';
import { call, query } from '../../../web/api.ts';

export type CheckPage = Answer<'/ultronex/checks'>;
export type Check = CheckPage['checks'][number];
export type CheckState = Check['state'];
export type CheckWithHistory = Answer<'/ultronex/checks/{name}'>;
export type Watched = Answer<'/ultronex/watch'>;
export type Beat = Watched['beats'][number];
export type Planned = Watched['maintenance'][number];
export type CheckResult = Answer<'/ultronex/checks/{name}/run', 'post'>;
type CheckQuery = NonNullable<Query<'/ultronex/checks'>>;

const one = (name: string) => `checks/${encodeURIComponent(name)}`;

export const watchApi = {
  watched: () => call<Watched>('GET', 'watch'),
  list: (filter: CheckQuery) => call<CheckPage>('GET', `checks${query(filter)}`),
  one: (name: string) => call<CheckWithHistory>('GET', one(name)),
  checkNow: (name: string) => call<CheckResult>('POST', `${one(name)}/run`),
};
