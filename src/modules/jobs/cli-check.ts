import type { CheckedFiles, CommandInput } from '../module.ts';
import { readDefinitions, targetsOn, withoutFolder } from './files/index.ts';

/** `ultronex jobs check` */
export async function checkJobFiles({ words, config, out, err }: CommandInput): Promise<number> {
  const places = words.length > 0 ? words : [String(config.JOBS_DIR)];
  const { definitions, problems, off } = await readDefinitions(places, String(config.TIME_ZONE), targetsOn(config));
  if (problems.length > 0) {
    out(problems.join('\n'));
    return 1;
  }
  if (definitions.length === 0) {
    err(`There is no job (*.yaml) in ${places.join(', ')}.`);
    return 1;
  }
  const count = definitions.length === 1 ? '1 job' : `${definitions.length} jobs`;
  out(`${count}, no problem: ${definitions.map(({ name }) => name).join(', ')}.`);
  for (const line of off) out(line);
  return 0;
}

/** For `ultronex doctor`. */
export async function checkJobsFolder(config: { JOBS_DIR: string; TIME_ZONE: string }): Promise<CheckedFiles> {
  const { JOBS_DIR: folder, TIME_ZONE } = config;
  const { definitions, problems, off } = await readDefinitions([folder], TIME_ZONE, targetsOn({ ...config }));
  return {
    ...{ setting: 'JOBS_DIR', folder, effect: withoutFolder },
    ...{ names: definitions.map(({ name }) => name), problems: [...problems, ...off] },
  };
}
