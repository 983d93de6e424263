import { setTimeout as wait } from 'node:timers/promises';
import type { Stack } from './stack.ts';

export interface Load {
  /** Ends it; answers how many requests were answered with 200 and what went wrong with the others. */
  end(): Promise<{ answered: number; failures: string[] }>;
}

/** Asks for the heartbeat, four at a time, each over a connection of its own, until it is ended. */
export function startLoad({ ask }: Stack): Load {
  let done = false;
  let answered = 0;
  const failures: string[] = [];
  async function worker(): Promise<void> {
    while (!done) {
      const said = await ask('/ultronex/heartbeat', { anonymous: true }).then(
        ({ status }) => status,
        (error: Error) => error.message,
      );
      if (said === 200) answered += 1;
      else failures.push(String(said));
      // Under the limit of one address.
      await wait(160);
    }
  }
  const workers = Array.from({ length: 4 }, worker);
  return {
    async end() {
      done = true;
      await Promise.all(workers);
      return { answered, failures };
    },
  };
}
