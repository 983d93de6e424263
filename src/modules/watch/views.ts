import type { TSchema } from 'typebox';
import { formatDuration } from '../../domain/duration.ts';
import { type Incident, incidentStates, stateOfIncident } from '../../domain/incident.ts';
import { severities } from '../../domain/severity.ts';
import { shareOf } from '../../domain/uptime.ts';
import { Type } from '../../lib/schema.ts';
import type { Schedule } from '../../watch-files/index.ts';
import { type BeatStatus, beatStates } from './beats/types.ts';
import type { PlannedWindow } from './planned.ts';
import type { CheckRecord } from './records.ts';
import { type CheckStatus, checkStates, phases, type Result } from './result.ts';
import { targetOf } from './target.ts';

const time = (description: string) => Type.String({ format: 'date-time', description });
const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const share = (of: string) => orNull(Type.Number({ description: `Of ${of}.` }));
const ms = (description: string) => orNull(Type.Number({ description }));

export const resultView = Type.Object({
  at: time('When the attempt began.'),
  ok: Type.Boolean(),
  ms: ms('How long it took; null: nothing was reached.'),
  text: Type.String({ description: 'What was found, or why it failed.' }),
  phase: orNull(Type.Enum([...phases], { description: 'The part that failed.' })),
  severity: orNull(Type.Enum([...severities], { description: 'Of the failure.' })),
});

const checkFields = {
  name: Type.String(),
  kind: Type.Enum(['http', 'tcp', 'tls', 'dns', 'docker']),
  target: Type.String({ description: 'Without user, password and query.' }),
  state: Type.Enum([...checkStates], {
    description: '`pending`: no verdict yet. `failing`: failed, but not often enough to be down.',
  }),
  since: orNull(time('Since when it has its state.')),
  last: orNull(Type.Object(resultView.properties, { description: 'The last attempt; null: there was none yet.' })),
  nextAt: time('When the next attempt is due.'),
  everySeconds: Type.Number(),
  uptime: Type.Object(
    { day: share('the last 24 hours'), week: share('7 days'), days30: share('30 days'), days90: share('90 days') },
    { description: 'Share of successful attempts from 0 to 1, without maintenance. null: there was no attempt.' },
  ),
  latency: Type.Object(
    { p50: ms('Milliseconds.'), p95: ms('Milliseconds.') },
    { description: 'Of the successful attempts of the last 24 hours.' },
  ),
  days: Type.Array(orNull(Type.Number()), {
    description: 'Uptime of the last 90 UTC days, oldest first; the last one is today so far.',
  }),
  hours: Type.Array(orNull(Type.Number()), { description: 'p95 of the last 24 hours, milliseconds, oldest first.' }),
};

export const checkView = Type.Object(checkFields);

const tooBusy = 'This program was too busy to check it. Try again.';

export const checkWithHistory = Type.Object({
  ...checkFields,
  place: Type.String({ description: 'Its file and name.' }),
  channel: orNull(Type.String({ description: 'Of its card; null: the channel for alerts.' })),
  bars: Type.Array(
    Type.Object({
      date: Type.String({ format: 'date', description: 'A UTC day.' }),
      total: Type.Integer({ description: 'Attempts.' }),
      up: Type.Integer({ description: 'Successful ones.' }),
    }),
    { description: 'The last 90 days, oldest first.' },
  ),
  latencies: Type.Array(
    Type.Object({ from: time('The start of an hour.'), p50: ms('Milliseconds.'), p95: ms('Milliseconds.') }),
    { description: 'The last 24 hours, oldest first.' },
  ),
  incidents: Type.Array(
    Type.Object({
      number: Type.Integer(),
      title: Type.String(),
      state: Type.Enum([...incidentStates]),
      openedAt: time('When it was opened.'),
      resolvedAt: orNull(time('null: it is open.')),
    }),
    { description: 'The last 10 incidents of this check, newest first.' },
  ),
});

export const checkCounts = Type.Object(
  {
    ...{ pending: Type.Integer(), up: Type.Integer(), failing: Type.Integer(), down: Type.Integer() },
    maintenance: Type.Integer(),
  },
  { description: 'Number of checks by state.' },
);

export const beatView = Type.Object({
  name: Type.String(),
  state: Type.Enum([...beatStates], { description: '`waiting`: it never pinged.' }),
  problem: orNull(Type.String({ description: 'Why it is late or failed.' })),
  schedule: Type.String({ description: '`0 3 * * * (Europe/Berlin)` or `every 5m`.' }),
  lastAt: orNull(time('Its last ping; null: there was none.')),
  dueAt: orNull(time('When the next ping is due, without grace.')),
  lastRunMs: ms('How long the last run took whose start was reported.'),
  exitCode: orNull(Type.Integer({ description: 'Of the last run.' })),
  log: Type.String({ description: 'The end of its last log, at most 2,000 characters.' }),
});

export const plannedView = Type.Object({
  name: Type.String(),
  from: time('When it begins or began.'),
  until: time('When it ends.'),
  of: orNull(Type.Array(Type.String(), { description: 'Names of checks and beats; null: all.' })),
});

const iso = (at: number) => new Date(at).toISOString();
const isoOrNull = (at: number | null) => (at === null ? null : iso(at));

export function viewResult({ at, ms, failure, note, ownFault }: Result) {
  return {
    at: iso(at),
    ok: failure === null && !ownFault,
    ms: ms === null ? null : Math.round(ms),
    text: ownFault ? tooBusy : (failure?.text ?? note),
    phase: failure?.phase ?? null,
    severity: failure?.severity ?? null,
  };
}

export function viewCheck({ check, state, since, last, nextAt }: CheckStatus, record: CheckRecord) {
  return {
    ...{ name: check.name, kind: check.probe.kind, target: targetOf(check.probe), state, since: isoOrNull(since) },
    last: last === null ? null : viewResult(last),
    nextAt: iso(nextAt),
    everySeconds: check.everyMs / 1_000,
    uptime: {
      day: short(record.uptime.day),
      week: short(record.uptime.week),
      days30: short(record.uptime.days30),
      days90: short(record.uptime.days90),
    },
    latency: { ...record.latency },
    days: record.days.map((day) => short(shareOf([day]))),
    hours: record.hours.map(({ p95 }) => p95),
  };
}

export function viewCheckWithHistory(status: CheckStatus, record: CheckRecord, incidents: readonly Incident[]) {
  return {
    ...viewCheck(status, record),
    ...{ place: status.check.place, channel: status.check.channel },
    bars: record.days.map(({ from, total, up }) => ({ date: iso(from).slice(0, 10), total, up })),
    latencies: record.hours.map(({ from, p50, p95 }) => ({ from: iso(from), p50, p95 })),
    incidents: incidents.map((incident) => ({
      ...{ number: incident.number, title: incident.title, state: stateOfIncident(incident) },
      ...{ openedAt: iso(incident.openedAt), resolvedAt: isoOrNull(incident.resolvedAt) },
    })),
  };
}

const longestLog = 2_000;

export function viewBeat({ beat, state, problem, lastAt, dueAt, lastRunMs, exitCode, log }: BeatStatus) {
  return {
    ...{ name: beat.name, state, problem, schedule: scheduleText(beat.schedule) },
    ...{ lastAt: isoOrNull(lastAt), dueAt: isoOrNull(dueAt), lastRunMs, exitCode, log: log.slice(-longestLog) },
  };
}

const scheduleText = (schedule: Schedule) =>
  schedule.kind === 'every'
    ? `every ${formatDuration(schedule.everyMs)}`
    : `${schedule.expression} (${schedule.timeZone})`;

export const viewPlanned = ({ name, from, until, of }: PlannedWindow) => ({
  ...{ name, from: iso(from), until: iso(until), of: of === null ? null : [...of] },
});

/** Six digits are enough for one failure in 400 days of attempts every 10 s. Rounded down: 1 means that nothing failed. */
const short = (value: number | null) => (value === null ? null : Math.floor(value * 1e6) / 1e6);
