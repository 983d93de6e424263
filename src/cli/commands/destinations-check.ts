import { loadConfig } from '../../app/index.ts';
import { loadDestinations } from '../../destinations/named/index.ts';
import { byName, readPlaces } from '../../yaml-files/index.ts';
import { defineCommand, exit } from '../command.ts';

export const destinationsCheck = defineCommand({
  name: 'destinations check',
  summary: 'Check files of destinations; prints every problem as file:line: reason. Exit code 1 when there is one.',
  usage: '[dir|file…]',
  options: {},
  words: [0, Number.POSITIVE_INFINITY],
  async run({ words, io }) {
    const places = words.length > 0 ? words : [loadConfig(io.env).DESTINATIONS_DIR];
    const { contents, problems } = await readPlaces(places, loadDestinations);
    const found = byName(contents.flat(), (reason) => problems.push(reason));
    if (problems.length > 0) {
      io.out(problems.join('\n'));
      return exit.failed;
    }
    if (found.size === 0) {
      io.err(`There is no destination (*.yaml) in ${places.join(', ')}.`);
      return exit.failed;
    }
    const names = [...found.values()].map(({ name, way }) => `${name} (${way.kind})`).join(', ');
    io.out(`${found.size} ${found.size === 1 ? 'destination' : 'destinations'}, no problem: ${names}.`);
    return exit.ok;
  },
});
