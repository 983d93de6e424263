import { normaliseCharacters } from '../domain/characters.ts';
import type { IncomingMessage } from '../domain/event.ts';
import type { Subscription } from '../domain/subscription.ts';
import type { LoopGuard } from './loop-guard.ts';
import type { Match } from './matched.ts';
import type { SlowMatch, TooSlow } from './slow-match.ts';
import type { LiveTracking } from './tracking.ts';

/** What is looked at of one text. Longer ones are cut, so that one message cannot hold up the others. */
const matchedCharacters = 5 * 1024 * 1024;

export interface MatchParts {
  tracking: Pick<LiveTracking, 'match'>;
  /** Absent: apps may cause as many forwards as they like. */
  loopGuard?: LoopGuard;
}

/**
 * Who is to see this message: matched in its text and in the text of its files; null: to find out would hold up the event
 * loop, see `findMatchesSlowly`. Nobody's own message, but for those who want them.
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

/** The same whatever it takes, outside of the event loop; and which subscriptions are to be paused for what they took. */
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
