/**
 * The user's files of what is watched (WATCH_DIR): checks, beats, Heroku apps, planned maintenance. Each module that watches
 * something follows the folder and takes its own part.
 */
export type * from './plan.ts';
export { followPlans, readPlans } from './plans.ts';
export { type Schedule, scheduleOf } from './schedule.ts';
