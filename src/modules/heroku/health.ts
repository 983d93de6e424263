import { waitsForLease } from '../../domain/lease.ts';
import type { PartHealth } from '../../ports/source.ts';
import type { AppStatus } from './types.ts';

export interface HealthFacts {
  apps: readonly AppStatus[];
  remaining: number | null;
  isLow: boolean;
  standsBy: boolean;
  /** Why the key does not work; null: it does. */
  problem: string | null;
}

/** Returns the state of the module in a line: `3 apps, 4,120 requests left`. */
export function healthOf({ apps, remaining, isLow, standsBy, problem }: HealthFacts): PartHealth {
  if (problem !== null) return { state: 'degraded', detail: problem };
  if (apps.length === 0) {
    return { state: 'ok', detail: 'no app is watched: set MONITORED_APP_NAME, or name apps in a file of WATCH_DIR' };
  }
  const count = apps.length === 1 ? '1 app' : `${apps.length} apps`;
  if (standsBy) return { state: 'ok', detail: `${count}; ${waitsForLease}` };
  const left = remaining === null ? [] : [`${remaining.toLocaleString('en-US')} requests left`];
  const unread = apps.filter((each) => each.problem !== null);
  const [first] = unread;
  if (first !== undefined) {
    const more = unread.length > 1 ? ` and ${unread.length - 1} more` : '';
    return { state: 'degraded', detail: `${count}; ${first.app}${more}: ${first.problem}` };
  }
  if (isLow) return { state: 'degraded', detail: [count, ...left, 'so the looks are rarer'].join(', ') };
  return { state: 'ok', detail: [count, ...left].join(', ') };
}
