import { mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from '../../../../lib/error-code.ts';

/** A folder whose entries are synced: after a power cut a run that was started is never taken for one that was not. */
export interface SyncedFolder {
  /** Makes the folder. Its parent exists. @throws an error of the file system */
  make(): Promise<void>;
  /** Resolves when the entries that were made before the call are on disk. Calls at the same time share a sync. */
  sync(): Promise<void>;
}

export function createSyncedFolder(folder: string): SyncedFolder {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;

  function begin(): Promise<void> {
    next = null;
    running = syncOne(folder).finally(() => {
      running = null;
    });
    return running;
  }

  return {
    async make() {
      try {
        mkdirSync(folder, { mode: 0o700 });
      } catch (error) {
        if (errorCode(error) === 'EEXIST') return;
        throw error;
      }
      await syncOne(dirname(folder));
    },
    sync() {
      if (running === null) return begin();
      next ??= running.then(begin, begin);
      return next;
    },
  };
}

async function syncOne(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some mounts refuse to sync a folder.
    if (!/^(EINVAL|ENOTSUP|EPERM)$/.test(errorCode(error))) throw error;
  } finally {
    await handle.close();
  }
}
