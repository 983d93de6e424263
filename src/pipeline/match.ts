import { normaliseCharacters } from '../domain/characters.ts';
import type { IncomingMessage } from '../domain/event.ts';
import type { Subscription } from '../domain/subscription.ts';
import type { LiveTracking } from './tracking.ts';

/** What is looked at of one text. Longer ones are cut, so that one message cannot hold up the others. */
export const matchedCharacters = 5 * 1024 * 1024;

export interface Match {
  /** One a user, however many of their patterns match. */
  user: string;
  patterns: string[];
}

/** Who is to see this message: matched in its text and in the text of its files. */
export function findMatches(
  tracking: Pick<LiveTracking, 'match'>,
  message: IncomingMessage,
  fileTexts: readonly string[] = [],
): Match[] {
  const byUser = new Map<string, Set<string>>();
  const { visible, references } = message;
  const readings = references === undefined ? [visible] : [visible, references];
  for (const text of [...readings, ...fileTexts.map(normaliseCharacters)]) {
    const found = tracking.match(message.team, message.channel, text.slice(0, matchedCharacters));
    for (const { user, pattern } of found) collect(byUser, user, pattern);
  }
  return [...byUser].map(([user, patterns]) => ({ user, patterns: [...patterns] }));
}

function collect(byUser: Map<string, Set<string>>, user: string, pattern: Subscription['pattern']): void {
  const patterns = byUser.get(user);
  if (patterns === undefined) byUser.set(user, new Set([pattern]));
  else patterns.add(pattern);
}
