import { resolve } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../domain/clock.ts';
import { byName, readPlaces, unreadFolder, watchYamlFolder } from '../yaml-files/index.ts';
import { most, type Plan } from './plan.ts';

/** The schema is loaded with the first file. */
const loadIn = (timeZone: string) => async (bytes: Uint8Array, file: string) =>
  (await import('./load.ts')).loadWatchFile(bytes, file, timeZone);

/** Reads the files of folders, and files. Problems are returned one a line. */
export async function readPlans(
  places: readonly string[],
  timeZone: string,
): Promise<{ plan: Plan; problems: string[] }> {
  const { contents, problems } = await readPlaces(places, loadIn(timeZone));
  return { plan: merged(contents, (reason) => problems.push(reason)), problems };
}

export interface FollowOptions {
  /** WATCH_DIR */
  dir: string;
  /** TIME_ZONE */
  timeZone: string;
  clock: Clock;
  log: Logger;
  /** Called before `followPlans` resolves, and after every change. `isWhole` is false while a part of the files is unknown. */
  onPlan(plan: Plan, isWhole: boolean): void;
}

/** The default of WATCH_DIR. As long as it was never there, nobody wants anything to be watched. */
const usualDir = './watch';

/** What follows when WATCH_DIR cannot be read. */
const effect = 'nothing of it is watched';

/** Follows WATCH_DIR. A file with an error keeps its last valid version, and the log has the reason. */
export function followPlans({ dir, timeZone, clock, log, onPlan }: FollowOptions): Promise<{ stop(): Promise<void> }> {
  let isWanted = dir !== usualDir;
  return watchYamlFolder({
    ...{ dir: resolve(dir), clock, load: loadIn(timeZone) },
    onContents(plans, isWhole) {
      isWanted ||= plans.length > 0;
      onPlan(
        merged(plans, (reason) => log.error(reason)),
        isWhole,
      );
    },
    onFolder(problem) {
      if (problem === null) log.info(`WATCH_DIR="${resolve(dir)}" is there, and its files are followed`);
      else log[isWanted ? 'warn' : 'info'](unreadFolder('WATCH_DIR', resolve(dir), problem, effect));
    },
    onError: (error) => log.error({ err: error }, 'a file of WATCH_DIR is refused; the old one stays'),
  });
}

function merged(plans: readonly Plan[], onProblem: (reason: string) => void): Plan {
  const all = {
    checks: [
      ...byName(
        plans.flatMap(({ checks }) => checks),
        onProblem,
      ).values(),
    ],
    beats: [
      ...byName(
        plans.flatMap(({ beats }) => beats),
        onProblem,
      ).values(),
    ],
    heroku: [
      ...byName(
        plans.flatMap(({ heroku }) => heroku.map((each) => ({ ...each, name: each.app }))),
        onProblem,
      ).values(),
    ].map(({ name: _, ...app }) => app),
    maintenance: plans.flatMap(({ maintenance }) => maintenance),
  };
  for (const [list, limit] of Object.entries(most) as [keyof typeof most, number][]) {
    if (all[list].length > limit) {
      onProblem(`there are ${all[list].length} ${list}; at most ${limit} are watched, the others are left out`);
    }
  }
  const names = new Set([...all.checks, ...all.beats].map(({ name }) => name));
  for (const { of, place } of all.maintenance) {
    for (const name of of ?? []) {
      if (!names.has(name)) onProblem(`${place}: there is no check or beat "${name}"`);
    }
  }
  return {
    checks: all.checks.slice(0, most.checks),
    beats: all.beats.slice(0, most.beats),
    heroku: all.heroku.slice(0, most.heroku),
    maintenance: all.maintenance.slice(0, most.maintenance),
  };
}
