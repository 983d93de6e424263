import { cut } from '../domain/cut.ts';
import { formatDuration, parseDuration } from '../domain/duration.ts';
import { unescapeMrkdwn } from '../domain/text.ts';
import { longestMuteMs } from '../domain/waits.ts';
import type { BotCommand } from './command.ts';
import { untilWhen } from './phrases.ts';
import { code } from './words.ts';

export const mute: BotCommand = {
  name: 'mute',
  usage: 'mute [30m | 2h | 1h30m | 1d]',
  summary: 'sends you no matches for that long (a bare number is minutes, 30 days at most); alone: until `talk`',
  run({ args, team, user, now }) {
    const wanted = args === '' ? null : parseDuration(args.replace(/^for\s+/i, ''));
    if (args !== '' && wanted === null) return { reply: notUnderstood(args) };
    const ms = wanted === null ? null : Math.min(wanted, longestMuteMs);
    const muted = { team, user, until: ms === null ? null : now + ms };
    const length = ms === null ? '' : ` (${formatDuration(ms)}${ms === wanted ? '' : ', the longest there is'})`;
    const reply = `Muted ${untilWhen(muted)}${length}. What matches in the meantime is not sent later either.`;
    return { reply, changes: [{ type: 'mute', mute: muted }] };
  },
};

function notUnderstood(args: string): string {
  const written = code(cut(unescapeMrkdwn(args), 60, () => '…'));
  return `I do not understand ${written} as a length of time. Write \`30m\`, \`2h\`, \`1h30m\`, \`1d\`, or nothing: then until \`talk\`.`;
}
