import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Settings } from '../../app/index.ts';
import { loadDestinations } from '../../destinations/named/index.ts';
import { modules } from '../../modules/index.ts';
import { byName, folderProblem, readPlaces, unreadFolder } from '../../yaml-files/index.ts';
import type { Io } from '../command.ts';
import { type Finding, finder } from './finding.ts';

/** Most problems of a folder that are shown; its own command shows all. */
const mostShown = 3;

/** The content of a folder of YAML files, see `CheckedFiles` of `modules/module.ts`. */
interface Folder {
  part: string;
  setting: string;
  folder: string;
  effect: string;
  names: readonly string[];
  problems: readonly string[];
}

/** Checks the folders of destinations and of the modules. Problems are warnings, since the program starts without those files. */
export async function checkFolders(config: Settings, env: Io['env']): Promise<Finding[]> {
  const findings = [await describe(await readDestinations(config.DESTINATIONS_DIR), env)];
  for (const { name, isOn, checkFiles } of modules) {
    if (checkFiles === undefined || isOn?.(config) === false) continue;
    findings.push(await describe({ part: name, ...(await checkFiles(config)) }, env));
  }
  return findings.flat();
}

async function readDestinations(folder: string): Promise<Folder> {
  const { contents, problems } = await readPlaces([folder], loadDestinations);
  const names = [...byName(contents.flat(), (reason) => problems.push(reason)).keys()];
  const effect = 'Slack is the only destination';
  return { part: 'destinations', setting: 'DESTINATIONS_DIR', folder, effect, names, problems };
}

/** A folder that no setting names need not be there: it is needed only for files. */
async function describe(found: Folder, env: Io['env']): Promise<Finding[]> {
  const { part, setting, folder, effect, names, problems } = found;
  const find = finder(part);
  const place = resolve(folder);
  const unread = await folderProblem(place);
  if (unread !== null) {
    const isNeeded = env[setting] !== undefined || existsSync(place);
    return isNeeded ? [find('warn', unreadFolder(setting, place, unread, effect))] : [];
  }
  // A refused file is one problem with a line for each mistake.
  const lines = problems.flatMap((problem) => problem.split('\n'));
  const more = lines.length - mostShown;
  return [
    ...(names.length > 0 ? [find('ok', `${names.join(', ')} in ${place}`)] : []),
    ...lines.slice(0, mostShown).map((problem) => find('warn', problem)),
    ...(more > 0 ? [find('warn', `and ${more} more; \`ultronex ${part} check\` lists every problem`)] : []),
  ];
}
