import type { JobPlace } from '../../domain/job.ts';
import type { Role } from '../../domain/principal.ts';
import type { Severity } from '../../domain/severity.ts';

/** The rule by which an argument's value is checked. */
export interface ArgumentRule {
  type: 'string' | 'integer' | 'boolean';
  /** '' if there is none. */
  description: string;
  /** Null: without a value the argument is missing if it is required, and left out otherwise. */
  default: string | null;
  required: boolean;
  /** A regular expression (RE2) that the whole value matches. */
  pattern: string | null;
  choices: readonly string[] | null;
}

/** A job of a file of JOBS_DIR. */
export interface Definition {
  name: string;
  summary: string;
  place: JobPlace;
  arguments: Readonly<Record<string, ArgumentRule>>;
  /** Reads the value of a secret variable. @throws with the remedy */
  secrets: Readonly<Record<string, () => string>>;
  timeoutMs: number;
  /** Most runs at once. */
  concurrency: number;
  /** Most runs that wait. */
  queue: number;
  /** More than 1 only for a job that is safe to run again. */
  mostAttempts: number;
  schedule: Schedule | null;
  /** Channel of the incident when it fails; null: nobody is told. */
  notify: string | null;
  severity: Severity;
  /** Who is mentioned in the incident: `@oncall`, a user's id; null: nobody. */
  mention: string | null;
  /** The least role that may run it. */
  who: Role;
  /** Its place for people: `jobs/shop.yaml:3`. */
  file: string;
}

interface Schedule {
  /** As it is written. */
  cron: string;
  timezone: string;
  /** The next planned time after `at`, milliseconds since the epoch; null: never. */
  nextAfter(at: number): number | null;
}
