import { loadConfig } from '../../app/index.ts';
import { loadPack } from '../../replies/index.ts';
import { readPlaces } from '../../yaml-files/index.ts';
import { CommandFailed, defineCommand, exit } from '../command.ts';

const remedy = '. Name a folder of packs (*.yaml) or a pack, or set REPLIES_DIR.';

export const repliesCheck = defineCommand({
  name: 'replies check',
  summary: 'Check reply packs; prints every problem as file:line: reason. Exit code 1 when there is one.',
  usage: '[dir|file…]',
  options: {},
  words: [0, Number.POSITIVE_INFINITY],
  async run({ words, io }) {
    const places = words.length > 0 ? words : [loadConfig(io.env).REPLIES_DIR];
    const { contents: packs, problems } = await readPlaces(places, loadPack, remedy);
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
