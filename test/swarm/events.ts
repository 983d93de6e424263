import { setTimeout as pause } from 'node:timers/promises';
import type { FakeSlack } from '../fakes/slack/index.ts';

export interface Events {
  /** What a pattern matched in the events that Slack got an answer for. */
  readonly acked: ReadonlySet<string>;
  /** Ends them; waits for the answers. */
  stop(): Promise<void>;
}

/** The text of the message in which a pattern matches `match`. */
export const textWith = (match: string): string => `${match} in the hay`;

/** A person writes something that another one's pattern matches, every two seconds. */
export function startEvents(slack: FakeSlack): Events {
  const acked = new Set<string>();
  let over = false;
  const delivering: Promise<unknown>[] = [];
  const running = (async () => {
    // Machines that an earlier run left have its events: another run begins at another number.
    for (let count = Math.round(Date.now() / 1_000); !over; count += 1) {
      // What matched is printed bold in the forward.
      const match = `needle ${count}`;
      const { delivered } = slack.say({ channel: '#load-0', user: 'U2', text: textWith(match) });
      delivering.push(delivered.then((each) => each.every((one) => one.acked) && acked.add(match)));
      await pause(2_000);
    }
  })();
  return {
    acked,
    async stop() {
      over = true;
      await running;
      await Promise.all(delivering);
    },
  };
}
