import { samePatterns } from '../domain/same-pattern.ts';
import type { Subscription } from '../domain/subscription.ts';
import { straighten } from '../domain/text.ts';
import { notUnderstood, partOfPattern } from './clause-answers.ts';
import type { Answer, Asked, BotCommand, CommandTools } from './command.ts';
import { countOthers, heldLine } from './phrases.ts';
import { bullets, code, counted } from './words.ts';
import { readPattern, type WrittenPattern } from './written-pattern.ts';

export const stop: BotCommand = {
  name: 'stop',
  usage: 'stop [pattern] [in #channel]',
  summary: 'ends one of your patterns; alone: all of them, or all in that channel',
  async run(asked, tools) {
    const held = tools.tracking.heldBy(asked.team, asked.user);
    if (held.length === 0) return { reply: 'You hold no pattern, so there is nothing to stop.' };
    if (asked.args === '') return stopAll(held, asked);
    const ids = readIds(asked.args);
    if (ids !== null) return stopByIds(ids, held, asked, tools);
    const written = readPattern(asked.args);
    const { pattern, wrapped, channel } = written;
    const id = channel === null ? null : await findQuietly(channel, asked, tools);
    const inThere = held.filter((one) => channel === null || one.channel === id);
    if (pattern === '' && channel !== null && inThere.length > 0) return stopAll(inThere, asked);
    const candidates = [
      inThere.filter((one) => asShown(one.pattern) === asShown(pattern)),
      inThere.filter((one) => one.pattern === wrapped),
      samePatterns(inThere, pattern),
    ];
    const ended = candidates.find((found) => found.length > 0) ?? [];
    return ended.length > 0 ? stopThese(ended, asked, tools) : unknown(written, held);
  },
};

/** Returns the command of the button under a forward. Ids name the subscriptions without quoting their patterns. */
export function stopCommand(ids: readonly string[]): string {
  return `stop ${ids.map((id) => `id:${id}`).join(' ')}`;
}

function readIds(args: string): string[] | null {
  const words = args.split(/\s+/);
  return words.every((word) => /^id:[\w-]{1,64}$/.test(word)) ? words.map((word) => word.slice('id:'.length)) : null;
}

function stopByIds(ids: readonly string[], held: Subscription[], asked: Asked, tools: CommandTools): Answer {
  const ended = held.filter(({ id }) => ids.includes(id));
  if (ended.length > 0) return stopThese(ended, asked, tools);
  // A pattern may look like an id.
  const written = held.filter(({ pattern }) => pattern === asked.args);
  return written.length > 0 ? stopThese(written, asked, tools) : { reply: 'You stopped this pattern before.' };
}

/** Returns undefined for an unknown channel, in which nobody holds a pattern; the reply then lists all patterns. */
async function findQuietly(written: string, asked: Asked, tools: CommandTools): Promise<string | undefined> {
  const id = await tools.findChannel(asked.team, written).catch(() => null);
  return id ?? undefined;
}

function stopAll(held: Subscription[], { team }: Asked): Answer {
  const reply = `Stopped ${counted(held.length, 'pattern')} of yours:\n${bullets(held.map(heldLine))}`;
  return { reply, changes: [{ type: 'unsubscribe', team, ids: held.map((one) => one.id) }] };
}

function stopThese(ended: Subscription[], asked: Asked, tools: CommandTools): Answer {
  const others = countOthers(ended[0]?.pattern ?? '', asked, tools);
  const rest =
    others === 0 ? 'Nobody else holds it.' : `${counted(others, 'other')} still ${others === 1 ? 'holds' : 'hold'} it.`;
  const reply = `Stopped ${ended.map(heldLine).join(', ')}. ${rest}`;
  return { reply, changes: [{ type: 'unsubscribe', team: asked.team, ids: ended.map((one) => one.id) }] };
}

/**
 * Normalises a pattern to its form in replies, from which people copy it: quotes are straight there, and `code` replaces
 * a backtick by a full-width one.
 */
function asShown(pattern: string): string {
  return straighten(pattern).replaceAll('｀', '`');
}

function unknown({ pattern, channel, extra, nearClause }: WrittenPattern, held: Subscription[]): Answer {
  const list = `You hold:\n${bullets(held.map(heldLine))}`;
  if (extra !== null) return { reply: `${notUnderstood(extra)} Nothing was stopped. ${list}` };
  const what = pattern === '' ? 'no pattern' : `no ${code(pattern)}`;
  const where = channel === null ? '' : ' there';
  const hint = nearClause === null ? '' : ` ${partOfPattern(nearClause)}`;
  return { reply: `You hold ${what}${where}.${hint} ${list}` };
}
