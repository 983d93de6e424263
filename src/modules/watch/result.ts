import type { Severity } from '../../domain/severity.ts';
import type { Check } from '../../watch-files/index.ts';

/**
 * The part of an attempt that failed. `connect`: no connection, also when it is refused. `timeout`: nothing came within the
 * time limit. `response`: status, text, JSON, records or the container's health. `refused`: the address is not allowed.
 */
export const phases = ['dns', 'connect', 'tls', 'timeout', 'response', 'refused'] as const;
export type Phase = (typeof phases)[number];

/** The result of one attempt at a check. */
export interface Result {
  /** When it began, milliseconds since the epoch. */
  at: number;
  /** How long it took, milliseconds; null when nothing was reached. */
  ms: number | null;
  failure: Failure | null;
  /** What was found when it went well, plain text: `200 in 84 ms`, `ends in 61 days`. At most 200 characters. */
  note: string;
  /**
   * This program was at fault twice in a row: its event loop was late, or it had no file descriptor left. Such a result
   * tells nothing about the target: it changes no state and is no sample.
   */
  ownFault: boolean;
}

export interface Failure {
  phase: Phase;
  /** A sentence for people, plain text without secrets: `The name shop.example.com does not exist (NXDOMAIN).` At most 500 characters. */
  text: string;
  /** Of the incident when the check names none. */
  severity: Severity;
}

/**
 * Makes one attempt, on a fresh connection and within `check.withinMs`. Never rejects.
 * @param stopped aborts it; its result is not used then
 */
export type Attempt = (check: Check, stopped: AbortSignal) => Promise<Result>;

/** The condition of a check. `pending`: no verdict yet. `failing`: failed, but not often enough to be down. */
export const checkStates = ['pending', 'up', 'failing', 'down', 'maintenance'] as const;
export type CheckState = (typeof checkStates)[number];

/** A check and what is known of it in memory. */
export interface CheckStatus {
  check: Check;
  state: CheckState;
  /** Since when it has its state, milliseconds since the epoch; null: pending. */
  since: number | null;
  last: Result | null;
  /** When the next attempt is due, milliseconds since the epoch. */
  nextAt: number;
}

/** What routes, commands and pages may ask of the running checks. */
export interface Checks {
  /** All checks, sorted by name. */
  list(): readonly CheckStatus[];
  find(name: string): CheckStatus | null;
  /** Makes an attempt at once and resolves with its result. @throws NotFound */
  runNow(name: string): Promise<Result>;
}
