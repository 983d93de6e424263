import type { Job } from '../../domain/job.ts';

/** How a run ended, as its target says. */
export interface End {
  /** Null: unknown, or it never ran. */
  exitCode: number | null;
  /** `exited`: by itself or by `stop`. `failed`: it did not run or was ended from outside. `lost`: nobody can tell. */
  how: 'exited' | 'failed' | 'lost';
  /** A sentence for people: `It needed more than 256 MiB of memory.` Null: the exit code says it all. */
  reason: string | null;
}

/** Receives the output of a run. */
export interface OutputSink {
  /**
   * Takes text as it came, in pieces of any size; lines are cut here. Resolves once it is on disk, so that a target that waits
   * for it reads no faster than the store writes. `cursor`: from where the target goes on after this piece.
   */
  write(text: string, cursor: string): Promise<void>;
}

/** Surely nothing was started. `retryable`: a later attempt may succeed. The message is for people. */
export class NotStarted extends Error {
  readonly retryable: boolean;
  constructor(message: string, retryable: boolean, options?: ErrorOptions) {
    super(message, options);
    this.retryable = retryable;
  }
}

/** Nobody can tell whether something was started: the answer was lost. `find` looks for it later. */
export class StartUnknown extends Error {}

/** One kind of place where jobs run. It keeps nothing of a job in memory that `follow` needs after a restart. */
export interface Target {
  /**
   * Starts a run. Resolves with its handle. The program has on disk that the job is `starting`.
   * @param env all variables, secrets too @throws NotStarted, StartUnknown
   */
  start(job: Job, env: Readonly<Record<string, string>>): Promise<string>;
  /**
   * Looks for the run of a job that is `starting`, after the program ended or the answer was lost. Resolves with its handle;
   * `never`: surely nothing was started, so it may be started now; null: not found, so it is lost.
   * @throws any error when the target cannot be asked now
   */
  find(job: Job): Promise<string | 'never' | null>;
  /**
   * Follows a run from `job.cursor` to its end, and resolves with it. It survives broken connections by itself. `started` is called
   * when the run is known to run. Rejects when `signal` aborts (the program stops; the run goes on).
   */
  follow(job: Job & { handle: string }, output: OutputSink, started: () => void, signal: AbortSignal): Promise<End>;
  /**
   * Asks a run to end: `term` lets it clean up, `kill` does not. The end itself comes from `follow`. Resolves with `ended` if the run
   * has surely ended before. @throws any error; it is called again
   */
  stop(job: Job & { handle: string }, how: 'term' | 'kill'): Promise<'asked' | 'ended'>;
  /** Removes what is left of a run whose end is on disk: a container, a folder. @throws any error; it is called again after a restart */
  remove(job: Job & { handle: string }): Promise<void>;
  /** Returns the name of a run for people: `run.8361`, a container's name, `pid 4711`. */
  nameOf(handle: string): string;
  /** Closes connections. */
  close?(): void;
}
