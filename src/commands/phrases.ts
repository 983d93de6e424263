import type { Mute, Subscription } from '../domain/subscription.ts';
import { slackDate } from '../domain/text.ts';
import type { Asked, CommandTools } from './command.ts';
import { code } from './words.ts';

/** Describes the channels in which a pattern is watched. */
export function whereWatched({ team, channel }: Pick<Subscription, 'team' | 'channel'>, tools: CommandTools): string {
  return channel === null ? tools.watched(team) : `<#${channel}>`;
}

export function untilWhen(mute: Mute): string {
  return mute.until === null ? 'until you say `talk`' : `until ${slackDate(mute.until)}`;
}

/** Counts the people besides the asking one who hold the pattern. */
export function countOthers(pattern: string, asked: Pick<Asked, 'team' | 'user'>, tools: CommandTools): number {
  const users = tools.tracking.holdersOf(asked.team, pattern).map((held) => held.user);
  return new Set(users.filter((user) => user !== asked.user)).size;
}

/** Returns a subscription as the text of a list item. */
export function heldLine(held: Subscription): string {
  const where = held.channel === null ? '' : ` in <#${held.channel}>`;
  return `${code(held.pattern)}${where}${held.includeOwn ? ' including mine' : ''}`;
}
