import { readFile, stat } from 'node:fs/promises';
import { loadConfig } from '../../app/index.ts';
import { loadPack, openPackFolder, type Pack, PackError, placeProblem } from '../../replies/index.ts';
import { CommandFailed, defineCommand, exit } from '../command.ts';

export const repliesCheck = defineCommand({
  name: 'replies check',
  summary: 'Check reply packs; prints every problem as file:line: reason. Exit code 1 when there is one.',
  usage: '[dir|file…]',
  options: {},
  words: [0, Number.POSITIVE_INFINITY],
  async run({ words, io }) {
    const places = words.length > 0 ? words : [loadConfig(io.env).REPLIES_DIR];
    const packs: Pack[] = [];
    const problems: string[] = [];
    for (const place of places) {
      try {
        packs.push(...(await readPacks(place, problems)));
      } catch (error) {
        problems.push(describe(error, place));
      }
    }
    if (problems.length > 0) {
      io.out(problems.join('\n'));
      return exit.failed;
    }
    if (packs.length === 0) throw new CommandFailed(`There is no pack (*.yaml) in ${places.join(', ')}.`);
    for (const { file, warnings } of packs) {
      for (const { line, reason } of warnings) io.out(`${file}:${line}: warning: ${reason}`);
    }
    const triggers = packs.reduce((sum, pack) => sum + pack.triggers.length, 0);
    const warnings = packs.reduce((sum, pack) => sum + pack.warnings.length, 0);
    const warned = warnings > 0 ? `, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}` : '';
    io.out(`${packs.length} ${packs.length === 1 ? 'pack' : 'packs'}, ${triggers} trigger words, no problem${warned}.`);
    return exit.ok;
  },
});

async function readPacks(place: string, problems: string[]): Promise<Pack[]> {
  if (!(await stat(place)).isDirectory()) return [loadPack(await readFile(place), place)];
  const folder = openPackFolder(place, (error) => problems.push(describe(error, place)));
  await folder.refresh();
  return folder.packs();
}

/** A PackError has a line for each problem already. */
function describe(error: unknown, place: string): string {
  if (error instanceof PackError) return error.message;
  const remedy = 'Name a folder of packs (*.yaml) or a pack, or set REPLIES_DIR.';
  return `${place}: ${placeProblem(error, 'file or folder')}. ${remedy}`;
}
