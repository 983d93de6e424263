import type { PlannedMaintenance } from '../../watch-files/index.ts';

/** The planned maintenance windows of WATCH_DIR. Times are milliseconds since the epoch. */
export interface PlannedWindows {
  replace(windows: readonly PlannedMaintenance[]): void;
  /** Returns when the open windows of a check or beat end; null: none is open. */
  openUntil(name: string, now: number): number | null;
  inMaintenance(name: string, now: number): boolean;
}

interface Window {
  planned: PlannedMaintenance;
  of: ReadonlySet<string> | null;
  /** The end of the window that is open; null: it is closed. */
  until: number | null;
  /** `until` is right from the first time to just before the second. */
  known: [from: number, to: number];
}

export function createPlannedWindows(): PlannedWindows {
  let windows: Window[] = [];

  function openUntil(name: string, now: number): number | null {
    let latest: number | null = null;
    for (const window of windows) {
      if (window.of !== null && !window.of.has(name)) continue;
      if (now < window.known[0] || now >= window.known[1]) look(window, now);
      if (window.until !== null) latest = Math.max(latest ?? 0, window.until);
    }
    return latest;
  }

  return {
    replace(plan) {
      windows = plan.map((planned) => ({
        ...{ planned, of: planned.of === null ? null : new Set(planned.of), until: null, known: [0, 0] },
      }));
    },
    openUntil,
    inMaintenance: (name, now) => openUntil(name, now) !== null,
  };
}

/** Asks the cron expression, which is too slow for every attempt. */
function look(window: Window, now: number): void {
  const { schedule, forMs } = window.planned;
  if (schedule.kind !== 'cron') return;
  const began = schedule.previous(now);
  window.until = began !== null && now < began + forMs ? began + forMs : null;
  const next = schedule.next(now) ?? Number.POSITIVE_INFINITY;
  window.known = [now, Math.min(window.until ?? next, next)];
}
