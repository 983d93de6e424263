import { dayName } from '../../lib/time.ts';
import type { SimMessage } from '../../simulator-api.ts';

/** Converts Slack's ts, such as `1700000000.000100`, to milliseconds since the epoch. */
export const timeOf = (ts: string) => Number.parseFloat(ts) * 1_000;
export const inOrder = (a: SimMessage, b: SimMessage) => Number.parseFloat(a.ts) - Number.parseFloat(b.ts);

export interface Line {
  message: SimMessage;
  /** Whether to show the author; false if the line continues the one above. */
  first: boolean;
  /** Heading above the line, for the first one of a day. */
  day: string | null;
}

const together = 5 * 60_000;

/** Groups messages of one author within five minutes, as Slack does; the first of each day gets a heading. */
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
