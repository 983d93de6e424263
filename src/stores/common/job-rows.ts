import type { Job } from '../../domain/job.ts';

export interface JobRow {
  seq: number;
  team: string;
  revision: number;
  cursor: string | null;
  /** The job as JSON. */
  value: string;
}

/** Jobs that one call of `pruneJobs` deletes. */
export const mostPruned = 500;
/** Output that one step of pruning deletes: a transaction of some 10 ms. Bytes. */
export const mostPrunedOutput = 2_097_152;

/** The columns count where they differ from the value. */
export const fromJobRow = ({ team, revision, cursor, value }: JobRow): Job => ({
  ...(JSON.parse(value) as Job),
  ...{ team, revision, cursor },
});
