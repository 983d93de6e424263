import { type FSWatcher, watch } from 'node:fs';
import { type Clock, systemClock } from '../domain/clock.ts';
import { folderProblem } from './folder-problem.ts';
import type { Pack } from './pack.ts';
import type { Problem } from './pack-error.ts';
import { isMissing, openPackFolder } from './pack-folder.ts';

export interface WatchPacksOptions {
  dir: string;
  /** Called once before `watchPacks` resolves, then after every change, with all packs in force. */
  onPacks(packs: Pack[]): void;
  /** For each warning of the packs in force, whenever any of them changed. */
  onWarning?(warning: Problem & { file: string }): void;
  /** Instead of any watching, when there is no folder that can be read; `problem`: `there is no such folder`. */
  onNoFolder?(problem: string): void;
  /** A `PackError` for a refused pack, whose last good version stays; otherwise what the file system said. */
  onError(error: Error): void;
  clock?: Clock;
  /** Saving a file causes a handful of changes; reading waits until they are over. */
  quietMs?: number;
}

/** Follows the packs of a folder. No folder that can be read at the start: no packs, and none later. */
export async function watchPacks(options: WatchPacksOptions): Promise<{ stop(): Promise<void> }> {
  const { dir, onPacks, onWarning, onNoFolder, onError, clock = systemClock, quietMs = 100 } = options;
  const problem = await folderProblem(dir);
  if (problem !== null) {
    onNoFolder?.(problem);
    onPacks([]);
    return { async stop() {} };
  }
  let stopped = false;
  const report = (error: unknown) => {
    if (!stopped) onError(error as Error);
  };
  const folder = openPackFolder(dir, report);

  async function refresh(first: boolean): Promise<void> {
    try {
      const changed = await folder.refresh();
      if (stopped || !(changed || first)) return;
      const packs = folder.packs();
      onPacks(packs);
      for (const { file, warnings } of packs) for (const warning of warnings) onWarning?.({ file, ...warning });
    } catch (error) {
      report(error);
      if (first) onPacks([]);
    }
  }

  // One after the other: two readings at once could end in the wrong order.
  let reading = Promise.resolve();
  let cancelTimer = () => {};
  function changed(): void {
    cancelTimer();
    cancelTimer = clock.after(quietMs, () => {
      reading = reading.then(() => refresh(false));
    });
  }

  // Watching begins before the first reading, so that no change falls between the two.
  const watcher = startWatching(dir, changed, report);
  reading = refresh(true);
  await reading;

  return {
    async stop() {
      stopped = true;
      cancelTimer();
      watcher?.close();
      await reading;
    },
  };
}

function startWatching(dir: string, changed: () => void, onError: (error: unknown) => void): FSWatcher | null {
  try {
    return watch(dir, changed).on('error', onError);
  } catch (error) {
    if (!isMissing(error)) onError(error);
    return null;
  }
}
