import { type Clock, systemClock } from '../domain/clock.ts';
import { followFolder } from './follow-folder.ts';
import type { Pack } from './pack.ts';
import type { Problem } from './pack-error.ts';
import { openPackFolder } from './pack-folder.ts';

export interface WatchPacksOptions {
  dir: string;
  /** Called once before `watchPacks` resolves, then after every change, with all packs in force. */
  onPacks(packs: Pack[]): void;
  /** For each warning of the packs in force, whenever any of them changed. */
  onWarning?(warning: Problem & { file: string }): void;
  /** Once each time that no folder can be read, `problem` being `there is no such folder`; null: it can be again. */
  onFolder?(problem: string | null): void;
  /** A `PackError` for a refused pack, whose last good version stays; otherwise what the file system said. */
  onError(error: Error): void;
  clock?: Clock;
  /** Saving a file causes a handful of changes; reading waits until they are over. */
  quietMs?: number;
  /**
   * How often it is looked whether the path is still that folder, for no event tells of one that is made or of a link that
   * leads elsewhere; null: only when something in it changes.
   */
  checkMs?: number | null;
}

/**
 * Follows the packs of a folder: also of another one that takes its place, and of one that is made later. While there is
 * none that can be read there are no packs.
 */
export async function watchPacks(options: WatchPacksOptions): Promise<{ stop(): Promise<void> }> {
  const { dir, onPacks, onWarning, onFolder, onError, clock = systemClock, quietMs = 100, checkMs = 5_000 } = options;
  let stopped = false;
  let isGone = false;
  const report = (error: unknown) => {
    if (!stopped) onError(error as Error);
  };
  const folder = openPackFolder(dir, report);
  const followed = followFolder(dir, changed, report);

  /** @param whole also when the folder is the same as before */
  async function update(whole: boolean, first = false): Promise<void> {
    try {
      const { problem, isOther } = await followed.look();
      if (stopped) return;
      if (problem !== null) return gone(problem, isOther);
      if (isGone) onFolder?.(null);
      isGone = false;
      if (whole || isOther) await refresh(first);
    } catch (error) {
      report(error);
      if (first) onPacks([]);
    }
  }

  function gone(problem: string, isOther: boolean): void {
    if (!isOther) return;
    isGone = true;
    folder.clear();
    onFolder?.(problem);
    onPacks([]);
  }

  async function refresh(first: boolean): Promise<void> {
    const others = await folder.refresh();
    if (stopped || !(others || first)) return;
    const packs = folder.packs();
    onPacks(packs);
    for (const { file, warnings } of packs) for (const warning of warnings) onWarning?.({ file, ...warning });
  }

  // One after the other: two readings at once could end in the wrong order.
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
