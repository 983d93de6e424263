import { parseDuration } from '../../../domain/duration.ts';
import { mentionOf } from '../../../domain/mention.ts';
import { isTimeZone } from '../../../domain/time-zone.ts';
import { scheduleOf } from '../../../watch-files/index.ts';
import type { Definition } from '../definition.ts';
import { timeouts } from '../timeouts.ts';
import { placeOf, type RefuseField } from './place.ts';
import { type JobEntry, readJobFile } from './schema.ts';
import { argumentsOf, secretsOf } from './variables.ts';

interface Planned {
  schedule: Definition['schedule'];
  /** Null: it is right. */
  problem: string | null;
}

/**
 * Reads a file of JOBS_DIR. Loads croner if the file has a schedule.
 * @param timeZone of schedules without one (TIME_ZONE)
 * @throws FileRefused with every mistake
 */
export async function loadJobFile(bytes: string | Uint8Array, file: string, timeZone: string): Promise<Definition[]> {
  // croner is loaded when it is needed. So the file is read twice: the second time with the schedules of the first.
  const written: [cron: string, zone: string][] = [];
  readJobFile(bytes, file, ({ jobs }) => {
    for (const { schedule, timezone = timeZone } of jobs) {
      if (schedule !== undefined && isTimeZone(timezone)) written.push([schedule, timezone]);
    }
  });
  const planned = new Map<string, Planned>();
  for (const [cron, zone] of written) planned.set(`${zone} ${cron}`, await planOf(cron, zone));

  let definitions: Definition[] = [];
  readJobFile(bytes, file, ({ jobs }, refuse, lineAt) => {
    const taken = new Set<string>();
    definitions = jobs.map((entry, at) => {
      const refuseAt: RefuseField = (path, reason) => refuse(['jobs', at, ...path], reason);
      if (reserved.has(entry.name)) {
        refuseAt(['name'], `"${entry.name}" is an address of the program itself. Choose another name`);
      }
      if (taken.has(entry.name)) refuseAt(['name'], `the name "${entry.name}" is there twice. Choose another one`);
      taken.add(entry.name);
      return definitionOf(entry, `${file}:${lineAt(['jobs', at])}`, refuseAt, (cron, zone) =>
        planned.get(`${zone} ${cron}`),
      );
    });
  });
  return definitions;

  function definitionOf(
    entry: JobEntry,
    place: string,
    refuse: RefuseField,
    find: (cron: string, zone: string) => Planned | undefined,
  ): Definition {
    const rules = argumentsOf(entry, refuse);
    return {
      ...{ name: entry.name, summary: entry.summary ?? '', place: placeOf(entry, refuse) },
      ...{ arguments: rules, secrets: secretsOf(entry, refuse), timeoutMs: timeoutOf(entry, refuse) },
      ...{ concurrency: entry.concurrency ?? 1, queue: entry.queue ?? 20, mostAttempts: attemptsOf(entry, refuse) },
      schedule: schedule(entry, rules, refuse, find),
      ...toldOf(entry, refuse),
      ...{ who: entry.who ?? 'operator', file: place },
    };
  }

  function schedule(
    { schedule: cron, timezone }: JobEntry,
    rules: Definition['arguments'],
    refuse: RefuseField,
    find: (cron: string, zone: string) => Planned | undefined,
  ): Definition['schedule'] {
    const zone = timezone ?? timeZone;
    if (cron === undefined) {
      if (timezone !== undefined) refuse(['timezone'], '"timezone" belongs to `schedule`. Remove it');
      return null;
    }
    if (!isTimeZone(zone)) {
      refuse(['timezone'], `there is no time zone "${zone}". Write one such as Europe/Berlin`);
    }
    const found = find(cron, zone);
    if (found?.problem) refuse(['schedule'], found.problem);
    const missing = Object.keys(rules).filter((name) => rules[name]?.required);
    if (missing.length > 0) {
      refuse(
        ['schedule'],
        `a job with a schedule gets no arguments, but ${missing.join(', ')} has no default. Add one`,
      );
    }
    return found?.schedule ?? null;
  }
}

/** `POST /ultronex/jobs/…` and `GET /ultronex/jobs/…` have paths of their own with these names. */
const reserved: ReadonlySet<string> = new Set(['definitions', 'check', 'stop']);

/** A run is a row of the store and a start of a target, so the seconds of an expression are refused. */
async function planOf(cron: string, timezone: string): Promise<Planned> {
  if (cron.trim().split(/\s+/).length > 5) {
    return {
      schedule: null,
      problem: `"${cron}" has seconds. Write the five fields from minutes on, such as 0 6 * * MON-FRI`,
    };
  }
  let problem: string | null = null;
  const { next } = await scheduleOf(cron, timezone, (reason) => {
    problem = reason;
  });
  return { schedule: { cron, timezone, nextAfter: next }, problem };
}

function timeoutOf({ timeout }: JobEntry, refuse: RefuseField): number {
  if (timeout === undefined) return timeouts.usual;
  const ms = parseDuration(timeout);
  if (ms !== null && ms >= timeouts.least && ms <= timeouts.most) return ms;
  refuse(['timeout'], `"timeout" is "${timeout}". Write a length of time from 1s to 24h, such as 30s or 10m`);
  return timeouts.usual;
}

function attemptsOf({ repeatable = false, retries = 0 }: JobEntry, refuse: RefuseField): number {
  if (retries > 0 && !repeatable) {
    refuse(['retries'], '"retries" is for a job that is safe to run again. Add `repeatable: true`, or remove it');
  }
  return 1 + retries;
}

function toldOf({ notify, severity, mention }: JobEntry, refuse: RefuseField) {
  for (const [field, value] of Object.entries({ severity, mention })) {
    if (value !== undefined && notify === undefined) {
      refuse(
        [field],
        `"${field}" is of the incident, which opens only with \`notify\`, a channel. Add it, or remove "${field}"`,
      );
    }
  }
  if (mention !== undefined && mentionOf(mention) === null) {
    refuse(
      ['mention'],
      `"mention" is "${mention}". Write whom to mention, such as @oncall, @here or the id of a person`,
    );
  }
  return { notify: notify ?? null, severity: severity ?? ('error' as const), mention: mention ?? null };
}
