import type { BotCommand } from './command.ts';

export const quote: BotCommand = {
  name: 'quote',
  usage: 'quote',
  summary: 'says something',
  run: (_asked, tools) => ({ reply: tools.quote() }),
};
