import type { Check } from '../../watch-files/index.ts';
import type { CheckState, Result } from './result.ts';

/** The judgement of a check from its attempts so far. Times are milliseconds since the epoch. */
export interface Verdict {
  /** `pending`: neither a good attempt nor enough failures yet. */
  is: 'pending' | 'up' | 'down';
  /** Since when; null: pending. */
  since: number | null;
  /** Times of the newest failures that count, oldest first. */
  failures: readonly number[];
  /** The first failure since the last good attempt; null: the last attempt was good. */
  failingSince: number | null;
  /** Number of failures since then. */
  failed: number;
}

export const noVerdict: Verdict = { is: 'pending', since: null, failures: [], failingSince: null, failed: 0 };

/** Returns the verdict after one more attempt. */
export function judge(before: Verdict, { count, ofMs }: Check['fail'], { at, failure }: Result): Verdict {
  const recent = ofMs === null ? before.failures : before.failures.filter((time) => time <= at && at - time < ofMs);
  if (failure === null) {
    const keeps = ofMs !== null && before.is !== 'down';
    return {
      ...{ is: 'up', since: before.is === 'up' ? before.since : at },
      ...{ failures: keeps ? recent : [], failingSince: null, failed: 0 },
    };
  }
  const failures = [...recent, at].slice(-count);
  const isDown = before.is === 'down' || failures.length >= count;
  return {
    ...(isDown
      ? { is: 'down', since: before.is === 'down' ? before.since : at }
      : { is: before.is, since: before.since }),
    ...{ failures, failingSince: before.failingSince ?? at, failed: before.failed + 1 },
  };
}

/** Returns the condition that people see, and since when it is so. */
export function conditionOf(
  { is, since, failingSince }: Verdict,
  inMaintenance: boolean,
): { state: CheckState; since: number | null } {
  if (inMaintenance && failingSince !== null) return { state: 'maintenance', since: failingSince };
  if (is === 'up' && failingSince !== null) return { state: 'failing', since: failingSince };
  return { state: is, since };
}
