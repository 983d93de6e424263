import type { Mute, Subscription } from '../domain/subscription.ts';
import { slackDate } from '../domain/text.ts';
import type { Asked, CommandTools } from './command.ts';
import { code } from './words.ts';

/** Where a pattern is watched, for people. */
export function whereWatched(channel: string | null, tools: CommandTools): string {
  return channel === null ? tools.watched() : `<#${channel}>`;
}

export function untilWhen(mute: Mute): string {
  return mute.until === null ? 'until you say `talk`' : `until ${slackDate(mute.until)}`;
}

/** How many people besides the one who asks hold the pattern. */
export function countOthers(pattern: string, asked: Pick<Asked, 'team' | 'user'>, tools: CommandTools): number {
  const users = tools.tracking.holdersOf(asked.team, pattern).map((held) => held.user);
  return new Set(users.filter((user) => user !== asked.user)).size;
}

/** One subscription of a list: the pattern, and its channel when it has one. */
export function heldLine(held: Subscription): string {
  const where = held.channel === null ? '' : ` in <#${held.channel}>`;
  return `${code(held.pattern)}${where}${held.includeOwn ? ' including mine' : ''}`;
}
