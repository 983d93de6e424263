import { resolve } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../../../domain/clock.ts';
import { byName, readPlaces, unreadFolder, watchYamlFolder } from '../../../yaml-files/index.ts';
import type { Definition } from '../definition.ts';
import { placeProblem, type TargetsOn, targetOff } from './place-problem.ts';

/** Most jobs of all files. */
const mostDefinitions = 200;

/** The schema is loaded with the first file. */
const loadIn = (timeZone: string) => async (bytes: Uint8Array, file: string) =>
  (await import('./load.ts')).loadJobFile(bytes, file, timeZone);

/** The result of reading files of JOBS_DIR. A problem is one line. */
interface ReadDefinitions {
  definitions: Definition[];
  problems: string[];
  /** Jobs whose target is off, one a line. */
  off: string[];
}

/** Reads the files of folders, and files. */
export async function readDefinitions(
  places: readonly string[],
  timeZone: string,
  on: TargetsOn,
): Promise<ReadDefinitions> {
  const { contents, problems } = await readPlaces(places, loadIn(timeZone));
  const definitions = merged(contents, (reason) => problems.push(reason));
  const told = await tell(definitions, on);
  return { definitions, problems: [...problems, ...told.problems], off: told.off };
}

interface FollowOptions {
  /** JOBS_DIR */
  dir: string;
  /** TIME_ZONE */
  timeZone: string;
  on: TargetsOn;
  clock: Clock;
  log: Logger;
  /**
   * Called before `followDefinitions` resolves, and after every change. `isWhole` is false while a part of the files is unknown.
   * No two definitions have one name.
   */
  onDefinitions(definitions: readonly Definition[], isWhole: boolean): void;
}

/** The default of JOBS_DIR. As long as it was never there, nobody wants jobs with names. */
const usualDir = './jobs';

/** The effect of a JOBS_DIR that cannot be read, for log and doctor. */
export const withoutFolder = 'no job has a name or a schedule';

/**
 * Follows JOBS_DIR. A file with an error keeps its last valid version, and the log has the reason. A job whose image or file is
 * missing is told in the log and kept, since that may change before it runs.
 */
export async function followDefinitions(options: FollowOptions): Promise<{ stop(): Promise<void> }> {
  const { dir, timeZone, on, clock, log, onDefinitions } = options;
  let isWanted = dir !== usualDir;
  let telling = Promise.resolve();

  async function tellLog(definitions: readonly Definition[]): Promise<void> {
    try {
      const { problems, off } = await tell(definitions, on);
      for (const line of [...problems, ...off]) log.warn(line);
    } catch (error) {
      log.error({ err: error }, 'the files that jobs of JOBS_DIR run could not be looked at');
    }
  }

  const followed = await watchYamlFolder({
    ...{ dir: resolve(dir), clock, load: loadIn(timeZone) },
    onContents(contents, isWhole) {
      isWanted ||= contents.length > 0;
      const definitions = merged(contents, (reason) => log.error(reason));
      telling = telling.then(() => tellLog(definitions));
      onDefinitions(definitions, isWhole);
    },
    onFolder(problem) {
      if (problem === null) log.info(`JOBS_DIR="${resolve(dir)}" is there, and its files are followed`);
      else log[isWanted ? 'warn' : 'info'](unreadFolder('JOBS_DIR', resolve(dir), problem, withoutFolder));
    },
    onError: (error) => log.error({ err: error }, 'a file of JOBS_DIR is refused; the old one stays'),
  });
  return {
    async stop() {
      await followed.stop();
      await telling;
    },
  };
}

function merged(contents: readonly Definition[][], onProblem: (reason: string) => void): Definition[] {
  const entries = contents
    .flat()
    .map((definition) => ({ name: definition.name, place: placeOf(definition), definition }));
  const all = [...byName(entries, onProblem).values()].map(({ definition }) => definition);
  if (all.length > mostDefinitions) {
    onProblem(`there are ${all.length} jobs; at most ${mostDefinitions} are known, the others are left out`);
  }
  return all.slice(0, mostDefinitions);
}

async function tell(
  definitions: readonly Definition[],
  on: TargetsOn,
): Promise<Pick<ReadDefinitions, 'problems' | 'off'>> {
  const problems: string[] = [];
  const off: string[] = [];
  for (const definition of definitions) {
    const isOff = targetOff(definition.place, on);
    if (isOff !== null) off.push(`${placeOf(definition)}: ${isOff}`);
    const problem = isOff === null ? await placeProblem(definition.place, on) : null;
    if (problem !== null) problems.push(`${placeOf(definition)}: ${problem}`);
  }
  return { problems, off };
}

const placeOf = ({ file, name }: Definition) => `${file}: job "${name}"`;
