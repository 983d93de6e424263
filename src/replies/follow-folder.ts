import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { folderProblem } from './folder-problem.ts';
import { isMissing } from './pack-folder.ts';

/** The result of `look`. `isOther`: since the last look the folder was replaced, removed or made. */
interface Look {
  /** Why the folder cannot be read, see `folderProblem`; null: it can. */
  problem: string | null;
  isOther: boolean;
}

export interface FollowedFolder {
  /** Watches the folder that has this path now. One call at a time. */
  look(): Promise<Look>;
  stop(): void;
}

/**
 * `fs.watch` follows the folder that had the path when watching began, wherever it is moved (inotify watches inodes): what
 * is put in its place is only seen by looking at the path again.
 * @param onChange something in the folder, or the folder itself, has changed
 */
export function followFolder(dir: string, onChange: () => void, onError: (error: unknown) => void): FollowedFolder {
  let watcher: FSWatcher | null = null;
  /** Which folder is watched, see `identityOf`; null: none. */
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
        // The folder itself was moved or deleted; its inode may be given to the next one.
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

/** An inode's number is given again once it is free, so when it was made belongs to it. */
async function identityOf(dir: string): Promise<string | null> {
  try {
    const { dev, ino, birthtimeNs } = await stat(dir, { bigint: true });
    return `${dev}:${ino}:${birthtimeNs}`;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
