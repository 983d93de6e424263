/** The user's files of jobs (JOBS_DIR). */
export { followDefinitions, readDefinitions, withoutFolder } from './definitions.ts';
export { placeProblem, targetsOn } from './place-problem.ts';
