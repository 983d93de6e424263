import type { JobTarget } from '../../domain/job.ts';

/** The fields of a job that only some targets have; files and requests have the same. */
export const targetFields = {
  heroku: ['app', 'command', 'size'],
  container: ['image', 'command', 'network', 'memory', 'cpus'],
  process: ['file'],
} as const satisfies Record<JobTarget, readonly string[]>;

export type TargetField = (typeof targetFields)[JobTarget][number];

export const hasField = (target: JobTarget, field: TargetField): boolean =>
  (targetFields[target] as readonly TargetField[]).includes(field);
