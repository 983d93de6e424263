import type { BotCommand } from './command.ts';

export const status: BotCommand = {
  name: 'status',
  usage: 'status',
  summary: 'tells how I am: version, uptime, queue, Slack',
  run: async (_asked, tools) => ({ reply: (await tools.status()).join('\n') }),
};
