import { main } from '../../main.ts';
import { defineCommand } from '../command.ts';

export const serve = defineCommand({
  name: 'serve',
  summary: 'Run the program, as `node dist/main.js` does. Settings come from the environment.',
  usage: '',
  options: {},
  words: [0, 0],
  async run({ io }) {
    await main(io.env);
    return null;
  },
});
