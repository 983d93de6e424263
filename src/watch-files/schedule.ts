import type { Cron } from 'croner';

/** When something is due: at the times of a cron expression in a time zone, or at equal distances. */
export type Schedule = EverySchedule | CronSchedule;

export interface EverySchedule {
  kind: 'every';
  everyMs: number;
}

export interface CronSchedule {
  kind: 'cron';
  /** As it was written. */
  expression: string;
  timeZone: string;
  /** The first time after `after`, milliseconds since the epoch; null: never again. */
  next(after: number): number | null;
  /** The last time at or before `at`; null: there was none. */
  previous(at: number): number | null;
}

/**
 * Returns the schedule of a cron expression of five fields (minutes) or six (seconds first). Day of month and day of week
 * are OR, as in cron. At the change to summer time a time that does not exist is moved to the next one that does; in autumn
 * a time that comes twice is due once. Loads croner.
 * @param refuse is called with the reason when the expression or the zone is wrong, or when it never fires
 */
export async function scheduleOf(
  expression: string,
  timeZone: string,
  refuse: (reason: string) => void,
): Promise<CronSchedule> {
  const { Cron: Croner } = await import('croner');
  const none: CronSchedule = { kind: 'cron', expression, timeZone, next: () => null, previous: () => null };
  let cron: Cron;
  try {
    cron = new Croner(expression, { timezone: timeZone, paused: true });
  } catch (error) {
    refuse(
      `"${expression}" is no cron expression: ${plain(error)}. It has five fields, such as 0 3 * * * for each day at 03:00`,
    );
    return none;
  }
  const schedule: CronSchedule = {
    ...none,
    next: (after) => cron.nextRun(new Date(after))?.getTime() ?? null,
    // croner looks before a time, in whole seconds.
    previous: (at) => cron.previousRuns(1, new Date(at - (at % 1_000) + 1_000))[0]?.getTime() ?? null,
  };
  if (cron.nextRun() === null) refuse(`"${expression}" never fires: no such day comes`);
  return schedule;
}

const plain = (error: unknown) => (error as Error).message.replace(/^CronPattern: /, '').replace(/\.$/, '');
