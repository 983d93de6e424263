import { formatDuration } from '../domain/duration.ts';
import type { IncomingMessage } from '../domain/event.ts';
import { authorPhrase } from './author.ts';
import type { Match } from './matched.ts';

export interface LoopGuard {
  /**
   * Returns the matches to report. Matches of an app that writes too much are left out, and its holder is notified
   * once.
   */
  admit(message: IncomingMessage, matches: readonly Match[]): Match[];
}

/** The most forwards of one app to one person in a minute; beyond it there are none for `restMs`. */
export const mostOfOneApp = 30;
const windowMs = 60_000;
export const restMs = 5 * 60_000;
const mostPairs = 10_000;

interface Pair {
  since: number;
  count: number;
  restsSince: number | null;
  leftOut: number;
}

/**
 * Two programs that answer each other can be noticed only by their rate. As long as fewer forwards come through than
 * messages arrive, the loop ends.
 */
export function createLoopGuard(now: () => number): LoopGuard {
  const pairs = new Map<string, Pair>();

  function pairOf(key: string): Pair {
    const pair = pairs.get(key) ?? { since: now(), count: 0, restsSince: null, leftOut: 0 };
    pairs.delete(key);
    pairs.set(key, pair);
    const [oldest] = pairs.keys();
    if (pairs.size > mostPairs && oldest !== undefined) pairs.delete(oldest);
    return pair;
  }

  function judge(message: IncomingMessage, match: Match): Match | null {
    const pair = pairOf(`${message.team} ${message.user} ${match.user}`);
    if (pair.restsSince !== null && within(pair.restsSince, restMs)) {
      pair.leftOut += 1;
      return null;
    }
    if (pair.restsSince !== null || !within(pair.since, windowMs)) Object.assign(pair, { since: now(), count: 0 });
    pair.restsSince = null;
    pair.count += 1;
    if (pair.count > mostOfOneApp) {
      Object.assign(pair, { restsSince: now(), leftOut: pair.leftOut + 1 });
      return { ...match, instead: tooMuch(message) };
    }
    const { leftOut } = pair;
    pair.leftOut = 0;
    return leftOut === 0 ? match : { ...match, note: `${leftOut} earlier matches of this app were not sent` };
  }

  /** Returns false for a time in the future: the clock was set back. */
  function within(since: number, ms: number): boolean {
    return now() >= since && now() - since < ms;
  }

  return {
    admit: (message, matches) =>
      message.fromBot ? matches.flatMap((match) => judge(message, match) ?? []) : [...matches],
  };
}

function tooMuch(message: IncomingMessage): string {
  return (
    `${authorPhrase(message)} wrote more than ${mostOfOneApp} messages in a minute that match your patterns, the last one ` +
    `in <#${message.channel}>. None of them is sent to you for ${formatDuration(restMs)}, for two apps may be answering ` +
    'each other; what was left out is counted, and told with the next match.'
  );
}
