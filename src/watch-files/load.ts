import { isTimeZone } from '../domain/time-zone.ts';
import { day, hour, lengthReader, minute, type Refuse, second } from './lengths.ts';
import { loadCheck } from './load-check.ts';
import type { Beat, HerokuApp, Plan, PlannedMaintenance, Watched } from './plan.ts';
import { type CronSchedule, type Schedule, scheduleOf } from './schedule.ts';
import { readWatchFile, type WatchFile } from './schema.ts';

/**
 * Reads a file of WATCH_DIR. Loads croner if the file has a cron expression.
 * @param timeZone of cron expressions without one (TIME_ZONE)
 * @throws FileRefused with every mistake
 */
export async function loadWatchFile(bytes: string | Uint8Array, file: string, timeZone = 'UTC'): Promise<Plan> {
  // A cron expression is checked by a library that is loaded when it is needed. So the file is read twice: the second time
  // with the schedules that the first one found.
  const schedules = new Map<string, { schedule: CronSchedule; problem: string | null }>();
  const crons: [string, string][] = [];
  readWatchFile(bytes, file, (content) => {
    for (const { cron, timezone = timeZone } of [...(content.beats ?? []), ...(content.maintenance ?? [])]) {
      if (cron !== undefined && isTimeZone(timezone)) crons.push([cron, timezone]);
    }
  });
  for (const [cron, zone] of crons) {
    let problem: string | null = null;
    const schedule = await scheduleOf(cron, zone, (reason) => {
      problem = reason;
    });
    schedules.set(`${zone} ${cron}`, { schedule, problem });
  }
  let plan: Plan = { checks: [], beats: [], heroku: [], maintenance: [] };
  readWatchFile(bytes, file, (content, refuse) => {
    plan = planOf(content, file, refuse, (cron, zone, path) => {
      if (!isTimeZone(zone))
        refuse(path.with(-1, 'timezone'), `there is no time zone "${zone}". Write one such as Europe/Berlin`);
      const found = schedules.get(`${zone} ${cron}`);
      if (found?.problem) refuse(path, found.problem);
      return found?.schedule ?? { kind: 'every', everyMs: day };
    });
  });
  return plan;

  function planOf(
    content: WatchFile,
    place: string,
    refuse: Refuse,
    cronOf: (cron: string, zone: string, path: (string | number)[]) => Schedule,
  ): Plan {
    const told = (what: string, entry: { name: string } & Partial<Omit<Watched, 'place'>>): Watched => ({
      place: `${place}, ${what} "${entry.name}"`,
      channel: entry.channel ?? content.channel ?? null,
      severity: entry.severity ?? null,
      notify: entry.notify ?? null,
      fix: entry.fix ?? null,
    });
    const length = lengthReader(refuse);
    const checks = (content.checks ?? []).map((entry, at) =>
      loadCheck(entry, told('check', entry), length, (path, reason) => refuse(['checks', at, ...path], reason), [
        'checks',
        at,
      ]),
    );
    const beats = (content.beats ?? []).map((entry, at): Beat => {
      const path = ['beats', at];
      if ((entry.cron === undefined) === (entry.every === undefined)) {
        refuse(path, 'a beat has one of `cron` and `every`');
      }
      if (entry.every !== undefined && entry.timezone !== undefined) {
        refuse([...path, 'timezone'], '"timezone" belongs to `cron`. Remove it');
      }
      const limits = { least: second, most: 30 * day };
      const graceMs = length(entry.grace, { ...limits, fallback: 5 * minute }, [...path, 'grace']);
      return {
        ...told('beat', entry),
        name: entry.name,
        schedule:
          entry.cron === undefined
            ? {
                kind: 'every',
                everyMs: length(entry.every, { least: 30 * second, most: 400 * day, fallback: hour }, [
                  ...path,
                  'every',
                ]),
              }
            : cronOf(entry.cron, entry.timezone ?? timeZone, [...path, 'cron']),
        graceMs,
        startGraceMs: length(entry['start-grace'], { ...limits, fallback: graceMs }, [...path, 'start-grace']),
      };
    });
    const heroku = (content.heroku ?? []).map(
      (entry, at): HerokuApp => ({
        ...told('app', { ...entry, name: entry.app }),
        app: entry.app,
        everyMs: length(entry.every, { least: minute, most: hour, fallback: 5 * minute }, ['heroku', at, 'every']),
      }),
    );
    const maintenance = (content.maintenance ?? []).map(
      (entry, at): PlannedMaintenance => ({
        name: entry.name,
        place: `${place}, maintenance "${entry.name}"`,
        schedule: cronOf(entry.cron, entry.timezone ?? timeZone, ['maintenance', at, 'cron']),
        forMs: length(entry.for, { least: minute, most: 7 * day, fallback: hour }, ['maintenance', at, 'for']),
        of: entry.checks ?? null,
      }),
    );
    refuseTwice(
      checks.map(({ name }) => name),
      'checks',
      'name',
      refuse,
    );
    refuseTwice(
      beats.map(({ name }) => name),
      'beats',
      'name',
      refuse,
    );
    refuseTwice(
      heroku.map(({ app }) => app),
      'heroku',
      'app',
      refuse,
    );
    return { checks, beats, heroku, maintenance };
  }
}

function refuseTwice(names: readonly string[], list: string, key: string, refuse: Refuse): void {
  for (const [at, name] of names.entries()) {
    if (names.indexOf(name) !== at) refuse([list, at, key], `the name "${name}" is there twice. Choose another one`);
  }
}
