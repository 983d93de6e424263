/**
 * A scrypt check occupies one of libuv's four threads for 30 ms and takes 16 MiB, so two run at a time.
 * With these bounds a check waits at most half a second.
 */
const mostRunning = 2;
const mostWaiting = 32;
const mostWaitingOfOneSource = 4;

interface Waiting {
  source: string;
  wrong: number;
  run(): void;
  refuse(): void;
}

export interface LoginQueue {
  /**
   * Resolves with the result of `verify`; `busy`: not checked, because too many others wait.
   * @param wrong recent wrong logins of this source; sources with fewer are checked first
   */
  check<T>(source: string, wrong: number, verify: () => Promise<T>): Promise<T | 'busy'>;
}

/** Bounds how many passwords are checked at once and how many wait, so that a flood of wrong ones cannot lock others out. */
export function createLoginQueue(): LoginQueue {
  const waiting: Waiting[] = [];
  let running = 0;

  function next(): void {
    while (running < mostRunning && waiting.length > 0) {
      const best = waiting.reduce((least, each, at) => (each.wrong < (waiting[least]?.wrong ?? 0) ? at : least), 0);
      waiting.splice(best, 1)[0]?.run();
    }
  }

  function enter(entry: Waiting): void {
    const same = waiting.filter(({ source }) => source === entry.source).length;
    if (same >= mostWaitingOfOneSource) {
      entry.refuse();
      return;
    }
    waiting.push(entry);
    if (waiting.length <= mostWaiting) return;
    const worst = waiting.reduce((most, each, at) => (each.wrong >= (waiting[most]?.wrong ?? 0) ? at : most), 0);
    waiting.splice(worst, 1)[0]?.refuse();
  }

  return {
    check(source, wrong, verify) {
      return new Promise((resolve, reject) => {
        enter({
          source,
          wrong,
          refuse: () => resolve('busy'),
          run() {
            running += 1;
            verify()
              .then(resolve, reject)
              .finally(() => {
                running -= 1;
                next();
              });
          },
        });
        next();
      });
    },
  };
}
