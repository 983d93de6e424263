import type { Job, JobState } from '../domain/job.ts';
import type { Page } from './ledger-store.ts';

export interface JobFilter {
  team: string;
  states?: readonly JobState[];
  name?: string;
}

/** A line of a job's output, without its line break. */
export interface OutputLine {
  /** From 1 on, without gaps in what the job wrote; lines that were cut keep their numbers. */
  number: number;
  /** When it was written or read, milliseconds since the epoch. */
  at: number;
  /** At most `longestLine` characters. */
  text: string;
}

/** The output that a store keeps: the first lines and the last ones. */
export interface OutputPage {
  lines: OutputLine[];
  /** Lines between the kept first and last ones; null: nothing was cut. */
  cut: { from: number; to: number; bytes: number } | null;
  /** Number of the newest line; 0: none. */
  last: number;
}

/**
 * Jobs and their output. Jobs are written by units of work (`UnitOfWork.jobs`): `revision` is the one that was read, 0 for a new
 * job; the store writes the next one. When another change came first, `accept` throws WrongState and writes nothing.
 * `accept` leaves the cursor of a stored job as `addOutput` wrote it, except when `attempt` changes: then it writes the job's.
 */
export interface JobStore {
  job(team: string, id: string): Promise<Job | null>;
  /** Newest first. @throws InvalidRequest for a foreign cursor */
  jobs(filter: JobFilter, cursor: string | null, limit: number): Promise<Page<Job>>;
  /** Jobs of all teams that have not ended, or whose end was not told. Oldest first, at most `limit`, after the job with the id `after`. */
  unfinishedJobs(after: string | null, limit: number): Promise<Job[]>;
  /** Number of jobs that have not ended. @param name of their definition; null: those without one; undefined: all */
  countUnfinishedJobs(team: string, name?: string | null): Promise<number>;
  /** The newest job with a name that has ended; null: none. */
  lastEndedJob(team: string, name: string): Promise<Job | null>;
  /**
   * Adds lines and moves the job's cursor, in one commit. Lines get the next numbers; a line that is too long becomes several.
   * The job's revision stays. Resolves with the newest number. @throws NotFound
   */
  addOutput(id: string, lines: readonly Omit<OutputLine, 'number'>[], cursor: string | null): Promise<number>;
  /** Lines with a number above `after`, at most `limit` and 256 KiB. A job that is not stored has none. */
  output(id: string, after: number, limit: number): Promise<OutputPage>;
  /** Calls `listener` in the same process after a job was written, with the job as it is stored. */
  onJob(listener: (job: Job) => void): void;
  /** Calls `listener` in the same process after output was added. */
  onOutput(listener: (id: string) => void): void;
  /** Deletes jobs that ended before `before`, with their output; at most 500 in a call. Resolves with their number. */
  pruneJobs(before: number): Promise<number>;
}
