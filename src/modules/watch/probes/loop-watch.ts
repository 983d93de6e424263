import type { Clock } from '../../../domain/clock.ts';

/** Notices when the event loop runs late: a timer of the program that is late would be told as a late target. */
export interface LoopWatch {
  /** Begins to watch. The returned function ends it, and returns the longest delay, milliseconds. */
  begin(): () => number;
}

const tickMs = 250;

export function createLoopWatch(clock: Pick<Clock, 'monotonic' | 'after'>): LoopWatch {
  const watchers = new Set<{ longestMs: number }>();
  let dueAt = 0;
  let cancel = () => {};

  function schedule(): void {
    dueAt = clock.monotonic() + tickMs;
    cancel = clock.after(tickMs, () => {
      note();
      schedule();
    });
  }

  function note(): void {
    const lateMs = clock.monotonic() - dueAt;
    for (const watcher of watchers) watcher.longestMs = Math.max(watcher.longestMs, lateMs);
  }

  return {
    begin() {
      const watcher = { longestMs: 0 };
      if (watchers.size === 0) schedule();
      watchers.add(watcher);
      return () => {
        // After a delay, sockets may be served before the timer.
        note();
        watchers.delete(watcher);
        if (watchers.size === 0) cancel();
        return watcher.longestMs;
      };
    },
  };
}
