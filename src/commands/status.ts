import type { Command } from './command.ts';

export const status: Command = {
  name: 'status',
  usage: 'status',
  summary: 'tells how I am: version, uptime, queue, Slack',
  run: (_asked, tools) => ({ reply: tools.status().join('\n') }),
};
