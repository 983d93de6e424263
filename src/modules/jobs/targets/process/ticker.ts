import { createPoll } from '../../../../lib/poll.ts';
import type { Timer } from '../../../../lib/timer.ts';

/** One timer for all runs that are followed. */
export interface Ticker {
  /** Calls `look` again and again, until the returned function is called. `look` returns whether more may follow soon. */
  add(look: () => boolean): () => void;
  /** Looks at all runs at once. */
  wake(): void;
}

const quickMs = 50;
const slowMs = 200;

export function createTicker(timer: Timer): Ticker {
  const looks = new Set<() => boolean>();
  let isBusy = false;
  const poll = createPoll({
    ...{ timer, everyMs: slowMs },
    async run() {
      isBusy = false;
      for (const look of looks) if (look()) isBusy = true;
    },
    dueIn: async () => (isBusy ? quickMs : slowMs),
    // `look` does not throw.
    onError: () => {},
  });
  return {
    add(look) {
      looks.add(look);
      if (looks.size === 1) poll.start();
      return () => {
        looks.delete(look);
        if (looks.size === 0) void poll.stop();
      };
    },
    wake: () => poll.wake(),
  };
}
