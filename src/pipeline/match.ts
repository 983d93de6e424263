import { normaliseCharacters } from '../domain/characters.ts';
import type { IncomingMessage } from '../domain/event.ts';
import type { Subscription } from '../domain/subscription.ts';
import type { LiveTracking } from '../subscriptions/index.ts';
import type { LoopGuard } from './loop-guard.ts';
import type { Match } from './matched.ts';
import type { SlowMatch, TooSlow } from './too-slow.ts';

/** The most characters of one text that are matched, so that one message does not delay others. */
const matchedCharacters = 5 * 1024 * 1024;

export interface MatchParts {
  tracking: Pick<LiveTracking, 'match'>;
  /** Absent: forwards of apps are not limited. */
  loopGuard?: LoopGuard;
}

/**
 * Returns the users who get this message, by its text and that of its files. Users get their own messages only if
 * they asked for it. Null: matching would block the event loop; use `findMatchesSlowly`.
 */
export function findMatches(
  { tracking, loopGuard }: MatchParts,
  message: IncomingMessage,
  fileTexts: readonly string[] = [],
): Match[] | null {
  const found: Subscription[] = [];
  for (const text of textsOf(message, fileTexts)) {
    const inText = tracking.match(message.team, message.channel, text);
    if (inText === null) return null;
    found.push(...inText);
  }
  return admitted(message, found, loopGuard);
}

/**
 * Matches outside of the event loop, however long it takes. Returns also the subscriptions whose pattern took too
 * much time.
 */
export async function findMatchesSlowly(
  { slowMatch, loopGuard }: { slowMatch: SlowMatch; loopGuard?: LoopGuard },
  message: IncomingMessage,
  fileTexts: readonly string[] = [],
): Promise<{ matches: Match[]; tooSlow: TooSlow[] }> {
  const found: Subscription[] = [];
  const tooSlow = new Map<string, TooSlow>();
  for (const text of textsOf(message, fileTexts)) {
    const inText = await slowMatch(message.team, message.channel, text);
    found.push(...inText.found);
    for (const each of inText.tooSlow) tooSlow.set(each.subscription.id, each);
  }
  return { matches: admitted(message, found, loopGuard), tooSlow: [...tooSlow.values()] };
}

function textsOf({ visible, references }: IncomingMessage, fileTexts: readonly string[]): string[] {
  const readings = references === undefined ? [visible] : [visible, references];
  return [...readings, ...fileTexts.map(normaliseCharacters)].map((text) => text.slice(0, matchedCharacters));
}

function admitted(message: IncomingMessage, found: readonly Subscription[], loopGuard?: LoopGuard): Match[] {
  const matches = byUser(found.filter(({ user, includeOwn }) => user !== message.user || includeOwn));
  return matches.length === 0 ? matches : (loopGuard?.admit(message, matches) ?? matches);
}

function byUser(found: readonly Subscription[]): Match[] {
  const users = new Map<string, { patterns: Set<string>; ids: Set<string> }>();
  for (const { user, pattern, id } of found) {
    const held = users.get(user) ?? { patterns: new Set(), ids: new Set() };
    users.set(user, held);
    held.patterns.add(pattern);
    held.ids.add(id);
  }
  return [...users].map(([user, { patterns, ids }]) => ({ user, patterns: [...patterns], ids: [...ids] }));
}
