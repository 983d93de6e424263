import { byName, readPlaces } from '../../yaml-files/index.ts';
import type { CommandInput } from '../module.ts';
import type { Hook } from './hook.ts';
import { loadHooks } from './load.ts';

/** Reads the hooks of folders and files. Problems are returned one a line. */
export async function readHooks(places: readonly string[]): Promise<{ hooks: Hook[]; problems: string[] }> {
  const { contents, problems } = await readPlaces(places, loadHooks);
  const hooks = byName(contents.flat(), (reason) => problems.push(reason));
  return { hooks: [...hooks.values()], problems };
}

/** `ultronex hooks check` */
export async function checkHooks({ words, config, out, err }: CommandInput): Promise<number> {
  const places = words.length > 0 ? words : [String(config.HOOKS_DIR)];
  const { hooks, problems } = await readHooks(places);
  if (problems.length > 0) {
    out(problems.join('\n'));
    return 1;
  }
  if (hooks.length === 0) {
    err(`There is no hook (*.yaml) in ${places.join(', ')}.`);
    return 1;
  }
  const open = hooks.filter(({ verify }) => verify === null).map(({ name }) => name);
  out(
    `${hooks.length} ${hooks.length === 1 ? 'hook' : 'hooks'}, no problem: ${hooks.map(({ name }) => name).join(', ')}.`,
  );
  if (open.length > 0) out(`Without \`verify\`, so that callers need a login or a token: ${open.join(', ')}.`);
  return 0;
}
