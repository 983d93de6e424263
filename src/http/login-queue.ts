/**
 * Each check of a scrypt line holds one of libuv's four threads for 30 ms and 16 MiB, so two run at a time.
 * With these bounds a check waits half a second at most.
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

/** What became of a check; `busy`: it was not made, there were too many others. */
type Checked = 'right' | 'wrong' | 'busy';

export interface LoginQueue {
  /** @param wrong how many wrong logins this source made lately: those with fewer go first */
  check(source: string, wrong: number, verify: () => Promise<boolean>): Promise<Checked>;
}

/** Bounds how many passwords are checked at once, and how many wait: wrong ones must not keep right ones out. */
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
              .then((right) => resolve(right ? 'right' : 'wrong'), reject)
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
