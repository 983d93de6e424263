import type { Command } from './command.ts';

export const quote: Command = {
  name: 'quote',
  usage: 'quote',
  summary: 'says something',
  run: (_asked, tools) => ({ reply: tools.quote() }),
};
