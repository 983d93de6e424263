import type { Beat } from '../../../watch-files/index.ts';

/**
 * The condition of a beat. `waiting`: it never pinged. `running`: a run was started and has not ended. `late`: no ping came
 * in time, or a run did not end in time. `failed`: the last run reported a failure, and no other one was started since.
 */
export const beatStates = ['waiting', 'ok', 'running', 'late', 'failed'] as const;
export type BeatState = (typeof beatStates)[number];

/** A beat and what is known of it. Times are milliseconds since the epoch. */
export interface BeatStatus {
  beat: Beat;
  state: BeatState;
  /** Why it is late or failed, a sentence in plain text; null in the other states. */
  problem: string | null;
  /** The last ping of any kind; null: there was none. */
  lastAt: number | null;
  /** How long the last run took whose start and end were reported; null: none. */
  lastRunMs: number | null;
  /** Exit code of the last run that reported one; null: none. */
  exitCode: number | null;
  /** Last log, plain text from outside, at most 10,000 characters; '': none. */
  log: string;
  /** When the next ping is due, without grace: the end of the run in the state `running`. null: `waiting`, or never again. */
  dueAt: number | null;
}

/** The beats as pages and commands read them: those of the files, and the built-in ones once they pinged. */
export interface Beats {
  /** Sorted by name. */
  list(): readonly BeatStatus[];
  /** null: there is none, or it is a built-in one that never pinged. */
  find(name: string): BeatStatus | null;
}
