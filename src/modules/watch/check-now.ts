import type { Clock } from '../../domain/clock.ts';
import { NotFound, UltronexError } from '../../domain/errors.ts';
import { nearest } from '../../domain/nearest.ts';
import { createLimiter } from '../../lib/limiter.ts';
import type { CheckStatus, Checks, Result } from './result.ts';

/** This check was made by hand a moment ago. */
class CheckedJustNow extends UltronexError {
  override readonly code = 'ERR_CHECKED_JUST_NOW';
  override readonly status = 429;
  override readonly retryable = true;
  override readonly retryAfterSeconds = 5;
}

/** Makes checks at the request of people. */
export interface CheckNow {
  /** Resolves with the result of an attempt. @throws NotFound, CheckedJustNow */
  run(name: string): Promise<Result>;
  /** Returns the check with a name, in any case. @throws NotFound with the nearest name */
  find(name: string): CheckStatus;
}

const pauseMs = 5_000;
const shortestGuess = 3;

export function createCheckNow(checks: Checks, clock: Pick<Clock, 'monotonic'>): CheckNow {
  const limiter = createLimiter({ now: clock.monotonic, most: 1, perMs: pauseMs });

  function find(name: string): CheckStatus {
    const exact = checks.find(name);
    if (exact !== null) return exact;
    const wanted = name.toLowerCase();
    const all = checks.list();
    const found = all.filter(({ check }) => check.name.toLowerCase() === wanted);
    if (found.length === 1 && found[0] !== undefined) return found[0];
    const like = wanted.length < shortestGuess ? null : nearest(wanted, lowerNames(all));
    const meant = all.find(({ check }) => check.name.toLowerCase() === like)?.check.name;
    const hint = meant === undefined ? 'The page Watch lists all of them.' : `Did you mean "${meant}"?`;
    throw new NotFound(`There is no check "${name.slice(0, 63)}". ${hint}`);
  }

  return {
    find,
    async run(name) {
      const { check } = find(name);
      if (!limiter.allow(check.name)) {
        throw new CheckedJustNow(`The check "${check.name}" was made by hand within the last 5 s. Wait a moment.`);
      }
      return checks.runNow(check.name);
    },
  };
}

const lowerNames = (all: readonly CheckStatus[]) => all.map(({ check }) => check.name.toLowerCase());
