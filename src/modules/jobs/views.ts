import type { Static } from 'typebox';
import { isEnded, type Job, type JobPlace, jobStates, jobTargets } from '../../domain/job.ts';
import { roles } from '../../domain/principal.ts';
import { nullable } from '../../lib/nullable.ts';
import { Type } from '../../lib/schema.ts';
import type { Definition } from './definition.ts';
import { maskArguments } from './masking.ts';

const time = (description: string) => Type.String({ format: 'date-time', description });

/** Fields of `JobPlace`, of which a job has those of its target. */
const placeFields = {
  target: Type.Enum([...jobTargets]),
  app: Type.Optional(Type.String({ description: 'Of Heroku.' })),
  size: Type.Optional(nullable(Type.String({ description: 'Of the dyno; null: the app’s usual one.' }))),
  image: Type.Optional(Type.String({ description: 'Of the container.' })),
  file: Type.Optional(Type.String({ description: 'The executable file in JOBS_BIN.' })),
  command: Type.Optional(
    Type.Union([Type.String(), Type.Array(Type.String())], {
      description: 'A text for Heroku, a list of words for a container.',
    }),
  ),
  network: Type.Optional(Type.Boolean({ description: 'Whether the container has a network.' })),
  memory: Type.Optional(Type.Number({ description: 'Of the container, MiB.' })),
  cpus: Type.Optional(Type.Number({ description: 'Of the container.' })),
};

export const actorView = Type.Object({
  kind: Type.Enum(['user', 'token', 'slack', 'program']),
  name: Type.String({ description: 'Of the person or token, or a Slack user’s id.' }),
});

const jobFields = {
  id: Type.String({ format: 'uuid' }),
  job: nullable(Type.String({ description: 'The name of its definition; null: a request described it.' })),
  ...placeFields,
  name: nullable(
    Type.String({ description: 'Of its run at the target: `run.8361`, `pid 4711`. Null: not known yet.' }),
  ),
  state: Type.Enum([...jobStates], { description: '`lost`: nobody can tell how it ended, so it is not run again.' }),
  exitCode: nullable(Type.Integer()),
  reason: nullable(Type.String({ description: 'Why it ended like that, or why it waits.' })),
  result: Type.Unknown({
    description: 'The JSON of the last line `::result {json}` among its last ten; null: there is none.',
  }),
  arguments: Type.Record(Type.String(), Type.String(), {
    description: 'Its environment variables; values whose names look secret are `***`.',
  }),
  secrets: Type.Array(Type.String(), { description: 'Names of the variables that come from files.' }),
  attempt: Type.Integer({ description: 'From 1 on.' }),
  attempts: Type.Integer({ description: 'The most attempts.' }),
  by: actorView,
  stopAsked: nullable(Type.Object({ by: Type.String(), at: time('When.') }, { description: 'Who asked to stop it.' })),
  plannedAt: nullable(time('The time of its schedule; null: somebody asked for it.')),
  createdAt: time('When it was accepted.'),
  startedAt: nullable(time('When the target was asked to start it.')),
  endedAt: nullable(time('When it ended.')),
  durationSeconds: nullable(
    Type.Number({ description: 'From its start to its end; null: it has not ended, or never started.' }),
  ),
  timeout: Type.Number({ description: 'Seconds.' }),
  lines: Type.Integer({ description: 'Number of lines that it has written.' }),
};

export const jobView = Type.Object(jobFields);
export type JobView = Static<typeof jobView>;

export const endedView = Type.Object({
  ...jobFields,
  output: Type.String({ description: 'The last 64 KiB of it.' }),
});

export const startedView = Type.Object({
  id: Type.String({ format: 'uuid' }),
  name: jobFields.name,
  state: jobFields.state,
});

const iso = (ms: number) => new Date(ms).toISOString();
const isoOrNull = (ms: number | null) => (ms === null ? null : iso(ms));

/** @param name of its run at the target @param lines number of the newest line */
export function viewJob(job: Job, name: string | null, lines: number): JobView {
  const { id, state, exitCode, reason, result, secrets, attempt, mostAttempts, by, stopAsked, startedAt, endedAt } =
    job;
  return {
    ...{ id, job: job.name, ...viewPlace(job.place), name, state, exitCode, reason },
    result: result === null ? null : JSON.parse(result),
    arguments: maskArguments(job.arguments),
    ...{ secrets: [...secrets], attempt, attempts: mostAttempts, by },
    stopAsked: stopAsked && { by: stopAsked.by.name, at: iso(stopAsked.at) },
    ...{ plannedAt: isoOrNull(job.plannedAt), createdAt: iso(job.createdAt) },
    ...{ startedAt: isoOrNull(startedAt), endedAt: isoOrNull(endedAt) },
    durationSeconds:
      isEnded(job) && startedAt !== null && endedAt !== null ? Math.max(0, endedAt - startedAt) / 1_000 : null,
    timeout: job.timeoutMs / 1_000,
    lines,
  };
}

function viewPlace(place: JobPlace) {
  if (place.target !== 'container') return place;
  const { memoryMb, command, ...rest } = place;
  return { ...rest, command: [...command], memory: memoryMb };
}

const argumentView = Type.Object({
  type: Type.Enum(['string', 'integer', 'boolean']),
  default: nullable(Type.String()),
  required: Type.Boolean(),
  pattern: nullable(Type.String({ description: 'RE2, for the whole value.' })),
  choices: nullable(Type.Array(Type.String())),
  description: Type.String(),
});

export const definitionView = Type.Object({
  name: Type.String(),
  summary: Type.String(),
  ...placeFields,
  arguments: Type.Record(Type.String(), argumentView),
  secrets: Type.Array(Type.String(), { description: 'Names of the variables that come from files.' }),
  schedule: nullable(Type.String({ description: 'Cron, with its time zone.' })),
  nextAt: nullable(time('When its schedule runs it next.')),
  who: Type.Enum([...roles], { description: 'The least role that may run it.' }),
  timeout: Type.Number({ description: 'Seconds.' }),
  concurrency: Type.Integer({ description: 'Most runs at once.' }),
  attempts: Type.Integer({ description: 'The most attempts of a run.' }),
  mayRun: Type.Boolean({ description: 'Whether the caller may run it.' }),
});

/** @param mayRun whether the caller may run it */
export function viewDefinition(definition: Definition, now: number, mayRun: boolean): Static<typeof definitionView> {
  const { name, summary, place, schedule, who, timeoutMs, concurrency, mostAttempts } = definition;
  return {
    ...{ name, summary, ...viewPlace(place) },
    arguments: Object.fromEntries(
      Object.entries(definition.arguments).map(([each, rule]) => [
        each,
        { ...rule, choices: rule.choices && [...rule.choices] },
      ]),
    ),
    secrets: Object.keys(definition.secrets),
    schedule: schedule && `${schedule.cron} (${schedule.timezone})`,
    nextAt: isoOrNull(schedule?.nextAfter(now) ?? null),
    ...{ who, timeout: timeoutMs / 1_000, concurrency, attempts: mostAttempts, mayRun },
  };
}
