import { dayName } from '../../lib/time.ts';
import type { SimMessage } from '../../simulator-api.ts';

/** Milliseconds since the epoch of Slack's `1700000000.000100`. */
export const timeOf = (ts: string) => Number.parseFloat(ts) * 1_000;
export const inOrder = (a: SimMessage, b: SimMessage) => Number.parseFloat(a.ts) - Number.parseFloat(b.ts);

export interface Line {
  message: SimMessage;
  /** Shows who wrote it; false: it goes on from the line above. */
  first: boolean;
  /** A heading above it. */
  day: string | null;
}

const together = 5 * 60_000;

/** Lines of one writer within five minutes go together, as in Slack; each day gets a heading. */
export function group(messages: SimMessage[]): Line[] {
  let above: SimMessage | undefined;
  return messages.map((message) => {
    const at = timeOf(message.ts);
    const newDay = !above || new Date(timeOf(above.ts)).toDateString() !== new Date(at).toDateString();
    const goesOn =
      !newDay &&
      above?.user === message.user &&
      above.ephemeralTo === message.ephemeralTo &&
      at - timeOf(above.ts) < together;
    above = message;
    return { message, first: !goesOn, day: newDay ? dayName(at) : null };
  });
}
