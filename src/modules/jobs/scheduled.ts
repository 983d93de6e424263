import type { Logger } from 'pino';
import { compose, type Stamp } from '../../domain/compose.ts';
import { inSlack } from '../../domain/destination.ts';
import { StoreUnavailable, UltronexError } from '../../domain/errors.ts';
import { code } from '../../domain/inline-code.ts';
import type { Job } from '../../domain/job.ts';
import { escapeMrkdwn } from '../../domain/text.ts';
import type { StateStore } from '../../ports/store.ts';
import type { AcceptStore } from '../../ports/unit-of-work.ts';
import type { Definition } from './definition.ts';
import type { JobAsker, JobRequest } from './types.ts';

export interface ScheduledParts {
  store: AcceptStore & StateStore;
  definitions(): ReadonlyMap<string, Definition>;
  plan(request: JobRequest, by: JobAsker, more: { plannedAt: number }): Promise<Job>;
  stamp(): Stamp;
  team(): string;
  channelOf(written: string): string;
  log: Logger;
}

/** Planned times that are counted as missed; an expression of every minute has so many in about a week. */
const mostMissed = 10_000;
/** The store forgets a state that is not written again within LEDGER_DAYS (two at least). Milliseconds. */
const writeAgainMs = 86_400_000;

/** The stored state of a schedule. */
interface Planned {
  /** The last planned time that was run or left out, or when the schedule was first seen. */
  at: number;
  cron: string;
  timezone: string;
  writtenAt: number;
}

/** Runs what is due. A planned time is one unit of work, so it is run once by all programs on a store. */
export interface Scheduled {
  (): Promise<void>;
  /** Another program may have run planned times: they are read from the store again. */
  forget(): void;
}

export function createScheduled(parts: ScheduledParts): Scheduled {
  const { store, stamp, team, log } = parts;
  /** By name of the definition; what the store has. */
  const known = new Map<string, Planned>();

  async function look(definition: Definition, schedule: NonNullable<Definition['schedule']>): Promise<void> {
    const { name } = definition;
    const { now } = stamp();
    const { cron, timezone } = schedule;
    const planned = known.get(name) ?? readPlanned(await store.state(stateName(name)));
    // A schedule that is new, or was changed, begins now. So does one that was remembered while the clock was ahead.
    if (planned === null || planned.cron !== cron || planned.timezone !== timezone || planned.at > now + writeAgainMs) {
      return remember(name, { at: now, cron, timezone, writtenAt: now });
    }
    known.set(name, planned);
    const due = dueTimes(schedule, planned.at, now);
    if (due.last === null) {
      if (now - planned.writtenAt > writeAgainMs) await remember(name, { ...planned, writtenAt: now });
      return;
    }
    await run(definition, { last: due.last, missed: due.count - 1 }, { at: due.last, cron, timezone, writtenAt: now });
  }

  async function run(definition: Definition, due: { last: number; missed: number }, next: Planned): Promise<void> {
    const { name, notify } = definition;
    const { newId } = stamp();
    const by = {
      actor: { kind: 'program', name: '' },
      role: 'admin',
      grants: null,
      trace: newId().slice(0, 8),
    } as const;
    const jobs: Job[] = [];
    let refused = '';
    try {
      jobs.push(await parts.plan({ name, arguments: {} }, by, { plannedAt: due.last }));
    } catch (error) {
      if (!(error instanceof UltronexError) || error instanceof StoreUnavailable) throw error;
      refused = error.message;
    }
    const said = textOf(name, due, refused);
    if (said !== '') log.warn({ job: name, missed: due.missed, refused }, 'planned runs of a job were left out');
    const deliveries = said === '' || notify === null ? [] : [messageOf(notify, said, by.trace)];
    const state = [{ name: stateName(name), value: JSON.stringify(next) }];
    await store.accept({ key: `job:planned ${name} ${due.last}`, jobs, deliveries, state });
    known.set(name, next);
  }

  function messageOf(notify: string, text: string, trace: string) {
    const destination = inSlack(parts.channelOf(notify));
    return compose(stamp(), { team: team(), destination, source: 'jobs', text, trace });
  }

  async function remember(name: string, planned: Planned): Promise<void> {
    await store.accept({ state: [{ name: stateName(name), value: JSON.stringify(planned) }] });
    known.set(name, planned);
  }

  async function round(): Promise<void> {
    const definitions = parts.definitions();
    for (const name of known.keys()) if (!definitions.has(name)) known.delete(name);
    for (const definition of definitions.values()) {
      const { name, schedule } = definition;
      if (schedule === null) continue;
      try {
        await look(definition, schedule);
      } catch (error) {
        // One faulty schedule must not hold up the others, nor the jobs that wait.
        if (error instanceof StoreUnavailable) throw error;
        log.error({ err: error, job: name }, 'the schedule of a job could not be followed');
      }
    }
  }

  return Object.assign(round, { forget: () => known.clear() });
}

const stateName = (name: string) => `jobs:planned:${name}`;

const readPlanned = (stored: string | null): Planned | null =>
  stored === null ? null : (JSON.parse(stored) as Planned);

/** Returns the last planned time after `from` that has come, and how many have. */
function dueTimes(
  { nextAfter }: NonNullable<Definition['schedule']>,
  from: number,
  now: number,
): { last: number | null; count: number } {
  let last: number | null = null;
  let count = 0;
  for (let next = nextAfter(from); next !== null && next <= now && count < mostMissed; next = nextAfter(next)) {
    last = next;
    count += 1;
  }
  return { last, count };
}

function textOf(name: string, { missed, last }: { missed: number; last: number }, refused: string): string {
  const time = `${new Date(last).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const runs = missed === 1 ? 'One planned run' : `${missed} planned runs`;
  return [
    ...(missed > 0 ? [`${runs} of ${code(name)} did not take place, since the program was not running.`] : []),
    ...(refused === '' ? [] : [`The run of ${code(name)} planned for ${time} was left out: ${escapeMrkdwn(refused)}`]),
  ].join(' ');
}
