import { setTimeout as pause } from 'node:timers/promises';
import type { FakeSlack } from '../fakes/slack/index.ts';

export interface Events {
  /** The matched part of each message whose event was acknowledged to Slack. */
  readonly acked: ReadonlySet<string>;
  /** Ends them; waits for the answers. */
  stop(): Promise<void>;
}

/** The text of the message in which a pattern matches `match`. */
export const textWith = (match: string): string => `${match} in the hay`;

/** Every two seconds a person writes a message that the pattern of another person matches. */
export function startEvents(slack: FakeSlack): Events {
  const acked = new Set<string>();
  let over = false;
  const delivering: Promise<unknown>[] = [];
  const running = (async () => {
    // Each run has other numbers, because machines that an earlier run left keep its events.
    for (let count = Math.round(Date.now() / 1_000); !over; count += 1) {
      // A forward prints this part bold, with marks around it, so it is searched for alone.
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
