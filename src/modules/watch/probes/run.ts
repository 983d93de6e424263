import type { Clock } from '../../../domain/clock.ts';
import type { Severity } from '../../../domain/severity.ts';
import { shortened } from '../../../lib/shortened.ts';
import type { Failure, Phase } from '../result.ts';

const longestText = 500;

/** Ends an attempt with a failure of the target. Any other error is this program's own fault. */
export class Failed extends Error {
  readonly code = 'ERR_CHECK_FAILED';
  readonly failure: Failure;
  constructor(phase: Phase, text: string, severity: Severity = 'critical') {
    super(text);
    this.failure = { phase, text: shortened(text, longestText), severity };
  }
}

/** One attempt that is under way. */
export interface Run {
  clock: Clock;
  /** Time limit of the whole attempt, and the same for people: `2 s`. */
  withinMs: number;
  limit: string;
  /** Sets the failure that the attempt has if its time limit ends it from now on. */
  waits(phase: Phase, text: string): void;
  /** The target was reached, so the attempt has a duration. */
  reached(): void;
  isOver(): boolean;
  /** Resolves as `work` does. Rejects as soon as the attempt is over; the work is ignored then. */
  until<T>(work: Promise<T>): Promise<T>;
  /** Registers a function that ends what the attempt has opened. */
  onEnd(end: () => void): void;
}

/** A time limit for people: `2 s`, `250 ms`. */
export function lengthOf(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 100) / 10} s`;
}

/** An address and port for people: `203.0.113.7:443`, `[2001:db8::1]:443`. */
export function placeOf(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
