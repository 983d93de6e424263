import type { BotCommand } from './command.ts';

export const talk: BotCommand = {
  name: 'talk',
  usage: 'talk',
  summary: 'ends a mute',
  run({ team, user }, tools) {
    if (!tools.tracking.muteOf(team, user)) return { reply: 'You are not muted.' };
    return { reply: 'I talk again. You get what matches from now on.', changes: [{ type: 'unmute', team, user }] };
  },
};
