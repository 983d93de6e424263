import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Job } from '../../domain/job.ts';
import { errorCode } from '../../lib/error-code.ts';
import type { NewsStore } from '../../ports/news-store.ts';
import type { StateStore } from '../../ports/store.ts';
import type { AcceptStore } from '../../ports/unit-of-work.ts';

export interface HomeParts {
  store: AcceptStore & NewsStore & StateStore;
  /** Keeps the id of DATA_DIR, where this program keeps its runs. Its folder exists. */
  file: string;
  now(): number;
}

/**
 * Tells whether a run may have been started out of another folder than this program's. Processes and containers are found by files
 * of that folder, so only there their absence tells that nothing was started.
 */
export interface Home {
  /** To be called when this program begins to follow the jobs. @throws StoreUnavailable, an error of the disk */
  begin(): Promise<void>;
  isElsewhere(job: Job): boolean;
}

const stateName = 'jobs:home';

/** The folder out of which runs are started, and since when. Milliseconds since the epoch. */
interface Stored {
  id: string;
  since: number;
}

export function createHome({ store, file, now }: HomeParts): Home {
  let since = Number.NEGATIVE_INFINITY;
  return {
    async begin() {
      if (!store.isShared) return;
      const id = readId(file);
      const stored = await store.state(stateName);
      const last = stored === null ? null : (JSON.parse(stored) as Stored);
      const home: Stored = last?.id === id ? last : { id, since: now() };
      await store.accept({ state: [{ name: stateName, value: JSON.stringify(home) }] });
      since = home.since;
    },
    isElsewhere: ({ place, startedAt }) => place.target !== 'heroku' && startedAt !== null && startedAt < since,
  };
}

/** Reads the id, or makes one. Programs that share the folder have the same one. */
function readId(file: string): string {
  try {
    writeFileSync(file, randomUUID(), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8');
}
