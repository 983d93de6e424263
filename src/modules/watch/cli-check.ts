import { readPlans } from '../../watch-files/index.ts';
import type { CommandInput } from '../module.ts';

/** `ultronex watch check` */
export async function checkWatchFiles({ words, config, out, err }: CommandInput): Promise<number> {
  const places = words.length > 0 ? words : [String(config.WATCH_DIR)];
  const { plan, problems } = await readPlans(places, String(config.TIME_ZONE));
  if (problems.length > 0) {
    out(problems.join('\n'));
    return 1;
  }
  const parts = [
    counted(plan.checks, 'check', 'checks'),
    counted(plan.beats, 'beat', 'beats'),
    counted(plan.heroku, 'app of Heroku', 'apps of Heroku'),
    counted(plan.maintenance, 'maintenance window', 'maintenance windows'),
  ].filter((part) => part !== null);
  if (parts.length === 0) {
    err(`Nothing is watched by the files (*.yaml) in ${places.join(', ')}.`);
    return 1;
  }
  out(`No problem: ${parts.join(', ')}.`);
  return 0;
}

const counted = (list: readonly unknown[], one: string, many: string) =>
  list.length === 0 ? null : `${list.length} ${list.length === 1 ? one : many}`;
