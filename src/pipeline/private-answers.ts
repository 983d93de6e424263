import type { IncomingMessage } from '../domain/event.ts';
import { createLimiter } from './limiter.ts';

/** Why something is said that was not asked for: no command, or one that its giver may not give. */
type Occasion = 'talk' | 'misspelt' | 'refused';

export interface PrivateAnswers {
  /** Whether this is the time to say it: not under each message of a conversation. */
  isDue(message: IncomingMessage, occasion: Occasion): boolean;
}

const minuteMs = 60_000;

/**
 * Who talks with the bot is told once in ten minutes that it understands commands only. A misspelt command deserves its
 * hint each time, and so does everything in a direct message, where nobody else is meant; both within reason, for
 * whoever answers may be a program.
 */
export function createPrivateAnswers(now: () => number): PrivateAnswers {
  const once = createLimiter({ now, most: 1, perMs: 10 * minuteMs });
  const few = createLimiter({ now, most: 5, perMs: minuteMs });
  return {
    isDue({ team, user, channelKind }, occasion) {
      const often = channelKind === 'im' || occasion === 'misspelt';
      return (often ? few : once).allow(`${team} ${user} ${occasion === 'refused'}`);
    },
  };
}
