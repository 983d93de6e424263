import type { IncomingMessage } from '../domain/event.ts';
import { createLimiter } from '../lib/limiter.ts';

/** The reason of a hint: a message that is no command, a misspelt command, or one that the user may not give. */
type Occasion = 'talk' | 'misspelt' | 'refused';

export interface PrivateAnswers {
  /** Returns whether to send a hint now, so that not every message of a conversation gets one. */
  isDue(message: IncomingMessage, occasion: Occasion): boolean;
}

const minuteMs = 60_000;

/**
 * A user who talks with the bot gets the hint about commands once in ten minutes. A misspelt command gets one each
 * time, and so does every direct message; at most five a minute, because the other side may be a program.
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
