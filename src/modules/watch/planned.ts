import type { PlannedMaintenance } from '../../watch-files/index.ts';

/** A planned maintenance window that is open, or the next one. Times are milliseconds since the epoch. */
export interface PlannedWindow {
  name: string;
  from: number;
  until: number;
  /** Names of checks and beats; null: all. */
  of: readonly string[] | null;
}

/** Returns for each planned maintenance its open window, else its next one. The earliest is first; at most 50 come in. */
export function plannedWindows(planned: readonly PlannedMaintenance[], now: number): PlannedWindow[] {
  return planned
    .flatMap(({ name, schedule, forMs, of }) => {
      if (schedule.kind !== 'cron') return [];
      const last = schedule.previous(now);
      const from = last !== null && last + forMs > now ? last : schedule.next(now);
      return from === null ? [] : [{ name, from, until: from + forMs, of }];
    })
    .sort((one, other) => one.from - other.from);
}
