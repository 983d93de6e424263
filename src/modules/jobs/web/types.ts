// Apart from `api.ts`, so that the files that only use types are tested without a browser's types.
import type { Answer, Query } from '../../../api/index.ts';

export type JobPage = Answer<'/ultronex/jobs'>;
export type JobQuery = NonNullable<Query<'/ultronex/jobs'>>;
export type Job = JobPage['jobs'][number];
export type JobState = Job['state'];
export type JobTarget = Job['target'];
/** The jobs of JOBS_DIR, where others may run, and what the reader of the page may do. */
export type Known = Answer<'/ultronex/jobs/definitions'>;
export type Definition = Known['definitions'][number];
export type ArgumentRule = Definition['arguments'][string];
