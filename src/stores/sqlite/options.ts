import type { Clock } from '../../domain/clock.ts';
import type { MergeOptions } from '../common/merge-options.ts';
import type { DriverName } from './driver.ts';

export interface SqliteOptions {
  /** Path of the database file. Its folder is created. */
  file: string;
  /** The id of this process among those that share the file. It must differ after a restart. */
  owner: string;
  clock: Clock;
  /** For tests and benchmarks; absent: the one of this Node. */
  driver?: DriverName;
  /** Null: similar messages are never merged. */
  merge?: MergeOptions | null;
  /** Upper limit of the file in pages of 4 KiB; absent: the disk. */
  maxPages?: number;
  /** Milliseconds that a commit waits for more writes on a slow disk; 0: never. */
  coalesceMs?: number;
  onCommit?: (ms: number, jobs: number) => void;
  /** Called after the wall clock jumped by `ms` milliseconds and stored times were adjusted. */
  onClockJump?: (ms: number) => void;
  /** Called when a background write failed. The write is kept and tried again. */
  onError: (error: unknown) => void;
}
