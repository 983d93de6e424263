import { normaliseCharacters } from '../domain/characters.ts';
import type { IncomingMessage } from '../domain/event.ts';
import type { Subscription } from '../domain/subscription.ts';
import type { SlowMatch, TooSlow } from './slow-match.ts';
import type { LiveTracking } from './tracking.ts';

/** What is looked at of one text. Longer ones are cut, so that one message cannot hold up the others. */
export const matchedCharacters = 5 * 1024 * 1024;

export interface Match {
  /** One a user, however many of their patterns match. */
  user: string;
  patterns: string[];
}

/**
 * Who is to see this message: matched in its text and in the text of its files; null: to find out would hold up the event
 * loop, see `findMatchesSlowly`.
 */
export function findMatches(
  tracking: Pick<LiveTracking, 'match'>,
  message: IncomingMessage,
  fileTexts: readonly string[] = [],
): Match[] | null {
  const found: Subscription[] = [];
  for (const text of textsOf(message, fileTexts)) {
    const inText = tracking.match(message.team, message.channel, text);
    if (inText === null) return null;
    found.push(...inText);
  }
  return byUser(found);
}

/** The same whatever it takes, outside of the event loop; and which subscriptions are to be paused for what they took. */
export async function findMatchesSlowly(
  slowMatch: SlowMatch,
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
  return { matches: byUser(found), tooSlow: [...tooSlow.values()] };
}

function textsOf({ visible, references }: IncomingMessage, fileTexts: readonly string[]): string[] {
  const readings = references === undefined ? [visible] : [visible, references];
  return [...readings, ...fileTexts.map(normaliseCharacters)].map((text) => text.slice(0, matchedCharacters));
}

function byUser(found: readonly Subscription[]): Match[] {
  const patterns = new Map<string, Set<string>>();
  for (const { user, pattern } of found) patterns.set(user, (patterns.get(user) ?? new Set()).add(pattern));
  return [...patterns].map(([user, held]) => ({ user, patterns: [...held] }));
}
