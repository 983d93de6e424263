import { PatternRefused } from '../domain/errors.ts';
import { maxPatternsPerTeam, maxPatternsPerUser } from '../domain/limits.ts';
import { samePatterns } from '../domain/same-pattern.ts';
import type { Change, Subscription } from '../domain/subscription.ts';
import { escapeMrkdwn } from '../domain/text.ts';
import { notUnderstood, partOfPattern, unclosedQuote } from './clause-answers.ts';
import type { Answer, Asked, BotCommand, CommandTools } from './command.ts';
import { countOthers, untilWhen, whereWatched } from './phrases.ts';
import { code, counted } from './words.ts';
import { readPattern, type WrittenPattern } from './written-pattern.ts';

const example = 'Which pattern? For example `forward deploy (failed|stuck) in #ops`.';

export const forward: BotCommand = {
  name: 'forward',
  usage: 'forward <pattern> [in #channel]',
  summary:
    'sends you every message that matches, with its attachments, as a direct message; your own with `including mine` at the end',
  async run(asked, tools) {
    const { pattern, channel: written, includeOwn, extra, nearClause } = readPattern(asked.args);
    if (pattern === '') return { reply: example };
    if (extra !== null) return { reply: `${notUnderstood(extra)} Nothing was stored.` };
    const refusal = reasonAgainst(pattern, tools);
    if (refusal !== null) return { reply: `I cannot watch that, nothing was stored: ${code(refusal)}` };
    const found = written === null ? { channel: null } : await lookUp(written, asked, tools);
    if ('reply' in found) return found;
    const answer = subscribe({ pattern, channel: found.channel, includeOwn }, asked, tools);
    const hints = [unclosedQuote(pattern), nearClause && partOfPattern(nearClause)].filter((hint) => hint !== null);
    return { ...answer, reply: [answer.reply, ...hints].join('\n') };
  },
};

function reasonAgainst(pattern: string, tools: CommandTools): string | null {
  try {
    tools.tracking.check(pattern);
    return null;
  } catch (error) {
    if (error instanceof PatternRefused) return error.message;
    throw error;
  }
}

async function lookUp(written: string, asked: Asked, tools: CommandTools): Promise<Answer | { channel: string }> {
  let channel: string | null;
  try {
    channel = await tools.findChannel(asked.team, written);
  } catch {
    return { reply: `Slack did not tell me which channel ${shown(written)} is, nothing was stored. Please try again.` };
  }
  if (channel !== null && tools.isWatched?.(asked.team, channel) !== false) return { channel };
  // The same reply for a private, an unlisted and a missing channel, so that it does not reveal whether the channel exists.
  const remedy = `I watch ${tools.watched(asked.team)}. Invite me to a public channel; a private one has to be listed in my settings too.`;
  const other = 'If it belongs to the pattern, put the pattern in backticks.';
  return { reply: `I do not watch ${shown(written)}, so nothing was stored. ${remedy} ${other}` };
}

/** Keeps a mention, which Slack shows by its name; shows anything else as code, so that Slack does not turn it into a link. */
function shown(written: string): string {
  return written.startsWith('<#') ? written : code(written);
}

type Wanted = Pick<WrittenPattern, 'pattern' | 'channel' | 'includeOwn'>;

function subscribe({ pattern, channel, includeOwn }: Wanted, asked: Asked, tools: CommandTools): Answer {
  const all = tools.tracking.heldBy(asked.team, asked.user);
  const same = samePatterns(all, pattern);
  const others = othersToo(countOthers(pattern, asked, tools));
  const covers = (held: Subscription) => held.channel === channel || held.channel === null;
  const covering = same.find((held) => covers(held) && (held.includeOwn === true || !includeOwn));
  if (covering?.paused !== undefined) return lifted(covering, tools);
  if (covering) return { reply: alreadyHeld(covering, channel, tools) + others };

  // A wider subscription replaces the narrower ones; otherwise a match would be forwarded more than once.
  const replaced = same.filter(
    (held) => (channel === null || held.channel === channel) && (includeOwn || !held.includeOwn),
  );
  if (all.length - replaced.length >= maxPatternsPerUser) return { reply: full };
  if (replaced.length === 0 && isTeamFull(asked.team, tools)) return { reply: teamFull };
  const { team, user, now } = asked;
  const id = tools.newId();
  const own = includeOwn ? ({ includeOwn: true } as const) : {};
  const subscription: Subscription = { id, team, user, pattern, channel, createdAt: now, ...own };
  const changes: Change[] = [{ type: 'subscribe', subscription }];
  if (replaced.length > 0) changes.unshift({ type: 'unsubscribe', team, ids: replaced.map((held) => held.id) });
  const muted = tools.tracking.muteOf(team, user);
  const reply =
    `I watch ${code(pattern)} in ${whereWatched({ team, channel }, tools)} and send you what matches as a direct message${includeOwn ? ', your own messages included' : ''}.` +
    (muted ? ` You are muted ${untilWhen(muted)}, so nothing comes before that.` : '') +
    others +
    tools.tracking
      .warnings(pattern)
      .map((warning) => `\n:warning: ${escapeMrkdwn(warning)}`)
      .join('');
  return { reply, changes };
}

/** Ends the pause of a subscription that is requested again. */
function lifted(held: Subscription, tools: CommandTools): Answer {
  const reply = `I watch ${code(held.pattern)} in ${whereWatched(held, tools)} again. It was paused: ${escapeMrkdwn(held.paused ?? '')}.`;
  return { reply, changes: [{ type: 'pause', team: held.team, ids: [held.id], reason: null }] };
}

function isTeamFull(team: string, tools: CommandTools): boolean {
  return tools.tracking.countOf(team) >= maxPatternsPerTeam;
}

const teamFull =
  `This workspace holds ${counted(maxPatternsPerTeam, 'pattern')}, which is the most there can be, so nothing was stored. ` +
  'Somebody has to stop some that are no longer needed.';

const full =
  `You hold ${counted(maxPatternsPerUser, 'pattern')}, which is the most one person can have, so nothing was stored. ` +
  `\`track\` lists them, ${code('stop <pattern>')} makes room.`;

function alreadyHeld(covering: Subscription, asked: string | null, tools: CommandTools): string {
  const own = covering.includeOwn ? ', your own messages included' : '';
  const held = `You hold ${code(covering.pattern)} in ${whereWatched(covering, tools)}${own} already.`;
  return covering.channel === asked ? held : `${held} To narrow it, \`stop\` it first and forward it again.`;
}

function othersToo(count: number): string {
  if (count === 0) return '';
  return count === 1 ? ' 1 other person holds it too.' : ` ${count} others hold it too.`;
}
