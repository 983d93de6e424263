import type { Actor } from './principal.ts';

/**
 * queued → starting → running → succeeded | failed | timed_out | cancelled | lost. A run that is repeatable goes back to
 * `queued`. `lost`: nobody can tell how it ended, so it is not run again.
 */
export const jobStates = [
  'queued',
  'starting',
  'running',
  'succeeded',
  'failed',
  'timed_out',
  'cancelled',
  'lost',
] as const;
export type JobState = (typeof jobStates)[number];

export const jobTargets = ['heroku', 'container', 'process'] as const;
export type JobTarget = (typeof jobTargets)[number];

/** The program of a job and the target that runs it. Its arguments are not here: they are environment variables. */
export type JobPlace =
  | { target: 'heroku'; app: string; command: string; size: string | null }
  | { target: 'container'; image: string; command: readonly string[]; network: boolean; memoryMb: number; cpus: number }
  /** `file`: the name of an executable file in JOBS_BIN. */
  | { target: 'process'; file: string };

/** A run of a job, from its request to its end. Times are milliseconds since the epoch. */
export interface Job {
  /** UUID v4. */
  id: string;
  team: string;
  /** The name of its definition; null: a request described it. */
  name: string | null;
  place: JobPlace;
  /** Environment variables, without those of `secrets`. */
  arguments: Readonly<Record<string, string>>;
  /** Names of further variables, whose values are read from the definition's files when the job starts. */
  secrets: readonly string[];
  timeoutMs: number;
  state: JobState;
  /** By which the target finds the run again: the name of a dyno, the id of a container, a process. Null: not known yet. */
  handle: string | null;
  /** A JSON value by which the target goes on reading the output where it ended; null: from the beginning. */
  cursor: string | null;
  exitCode: number | null;
  /** Why it ended like that, or why it waits, as a sentence; null: nothing to say. */
  reason: string | null;
  /** JSON text of the last line `::result {json}` among its last ten. */
  result: string | null;
  /** Who asked for it. `program`: its schedule. */
  by: Actor;
  /** The time that its schedule planned; null: somebody asked for it. */
  plannedAt: number | null;
  /** From 1 on. */
  attempt: number;
  mostAttempts: number;
  createdAt: number;
  /** When the target was asked to start it. */
  startedAt: number | null;
  endedAt: number | null;
  /** Somebody asked to stop it. */
  stopAsked: { by: Actor; at: number } | null;
  /** Delivery of the message in Slack that shows it; null: none. */
  card: string | null;
  /** Whether its end was told: incident, card. True from the start when there is nobody to tell. */
  told: boolean;
  trace: string;
  /** Counts changes, from 1 on; 0: not stored yet. */
  revision: number;
}

export const endStates = ['succeeded', 'failed', 'timed_out', 'cancelled', 'lost'] as const satisfies JobState[];

export const isEnded = ({ state }: Pick<Job, 'state'>): boolean => (endStates as readonly JobState[]).includes(state);

/** A job's output is kept up to this size: half of it from the beginning, half from the end. Bytes of UTF-8, with line breaks. */
export const mostOutputBytes = 1_048_576;

/** Longer lines of output are cut into several. Characters. */
export const longestLine = 10_000;
