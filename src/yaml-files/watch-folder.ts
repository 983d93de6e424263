import { type Clock, systemClock } from '../domain/clock.ts';
import { followFolder } from './follow-folder.ts';
import { type LoadFile, openYamlFolder } from './yaml-folder.ts';

export interface WatchFolderOptions<T> {
  dir: string;
  /** The name of the only file of the folder to read; absent: all `*.yaml`. */
  only?: string;
  load: LoadFile<T>;
  /**
   * Called once before `watchYamlFolder` resolves, then after every change, with all contents in force. `isWhole` is false
   * while the folder cannot be read, or a file of it has an error and no valid version.
   */
  onContents(contents: T[], isWhole: boolean): void;
  /** Called once when the folder becomes unreadable, with a reason such as `there is no such folder`; with null when it is readable again. */
  onFolder?(problem: string | null): void;
  /** Called with a `FileRefused` for a refused file, whose last valid version stays in force, or with an error of the file system. */
  onError(error: Error): void;
  clock?: Clock;
  /** Debounce: saving a file causes several events, and reading waits this long after the last one. */
  quietMs?: number;
  /**
   * Interval of checks whether the path still leads to the watched folder: no event reports a new folder, or a symbolic
   * link that changed. null: check only after an event.
   */
  checkMs?: number | null;
}

/**
 * Watches the files of a folder, also when the folder is replaced or created later. While it cannot be read, it counts as
 * empty. Resolves after the first reading.
 */
export async function watchYamlFolder<T>(options: WatchFolderOptions<T>): Promise<{ stop(): Promise<void> }> {
  const { dir, only, load, onContents, onFolder, onError } = options;
  const { clock = systemClock, quietMs = 100, checkMs = 5_000 } = options;
  let stopped = false;
  let isMissing = false;
  const report = (error: unknown) => {
    if (!stopped) onError(error as Error);
  };
  const folder = openYamlFolder(dir, load, report, only);
  const followed = followFolder(dir, changed, report);

  /** @param whole whether to read the files even if the folder is the same as before */
  async function update(whole: boolean, first = false): Promise<void> {
    try {
      const { problem, isOther } = await followed.look();
      if (stopped) return;
      if (problem !== null) return dropAll(problem, isOther);
      if (isMissing) onFolder?.(null);
      isMissing = false;
      if (whole || isOther) await refresh(first);
    } catch (error) {
      report(error);
      if (first) onContents([], false);
    }
  }

  function dropAll(problem: string, isOther: boolean): void {
    if (!isOther) return;
    isMissing = true;
    folder.clear();
    onFolder?.(problem);
    onContents([], false);
  }

  async function refresh(first: boolean): Promise<void> {
    const others = await folder.refresh();
    if (stopped || !(others || first)) return;
    onContents(folder.contents(), folder.isWhole());
  }

  // Readings run one after the other, since concurrent ones could finish in the wrong order.
  let reading = Promise.resolve();
  let cancelTimer = () => {};
  function changed(): void {
    cancelTimer();
    if (stopped) return;
    cancelTimer = clock.after(quietMs, () => {
      reading = reading.then(() => update(true));
    });
  }

  let cancelCheck = () => {};
  function checkLater(): void {
    if (checkMs === null) return;
    cancelCheck = clock.after(checkMs, () => {
      reading = reading.then(() => update(false));
      void reading.then(() => stopped || checkLater());
    });
  }

  // Watching begins before the first reading, so that no change falls between the two.
  reading = update(true, true);
  await reading;
  checkLater();

  return {
    async stop() {
      stopped = true;
      cancelTimer();
      cancelCheck();
      followed.stop();
      await reading;
    },
  };
}
