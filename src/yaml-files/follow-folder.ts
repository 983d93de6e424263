import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { folderProblem } from './folder-problem.ts';
import { isMissing } from './yaml-folder.ts';

/** The result of `look`. `isOther`: the folder was replaced, removed or created since the last call. */
interface Look {
  /** The result of `folderProblem`. */
  problem: string | null;
  isOther: boolean;
}

export interface FollowedFolder {
  /** Starts to watch the folder that is at the path now. Calls must not overlap. */
  look(): Promise<Look>;
  stop(): void;
}

/**
 * Watches a folder. `fs.watch` watches an inode, even after the folder is moved; only another call of `look` finds a new
 * folder at the same path.
 * @param onChange called when the folder or an entry of it has changed
 */
export function followFolder(dir: string, onChange: () => void, onError: (error: unknown) => void): FollowedFolder {
  let watcher: FSWatcher | null = null;
  /** `identityOf` of the watched folder, or null. */
  let watched: string | null = null;
  let problemBefore: string | null | undefined;
  let stopped = false;

  function close(): void {
    watcher?.close();
    watcher = null;
    watched = null;
  }

  function open(): FSWatcher | null {
    try {
      const opened = watch(dir, (event, name) => {
        // The folder itself was moved or deleted. A new folder may get the same inode number.
        if (opened === watcher && event === 'rename' && name === basename(dir)) watched = null;
        onChange();
      });
      return opened.on('error', onError);
    } catch (error) {
      if (!isMissing(error)) onError(error);
      return null;
    }
  }

  return {
    async look() {
      const problem = await folderProblem(dir);
      const found = problem === null ? await identityOf(dir) : null;
      const isOther = found !== watched || problem !== problemBefore;
      problemBefore = problem;
      if (found !== watched) close();
      if (found !== null && watched === null && !stopped) {
        watcher = open();
        watched = found;
      }
      return { problem, isOther };
    },
    stop() {
      stopped = true;
      close();
    },
  };
}

/** Returns device, inode number and time of birth: the inode number alone is reused. null if there is no folder. */
async function identityOf(dir: string): Promise<string | null> {
  try {
    const { dev, ino, birthtimeNs } = await stat(dir, { bigint: true });
    return `${dev}:${ino}:${birthtimeNs}`;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
