import { herokuApp } from '../../../domain/heroku-app.ts';
import { jobTargets } from '../../../domain/job.ts';
import { roles } from '../../../domain/principal.ts';
import { severities } from '../../../domain/severity.ts';
import { Type } from '../../../lib/schema.ts';
import { loaderOf } from '../../../yaml-files/index.ts';

const closed = { additionalProperties: false } as const;
/** Most jobs of a file, and of all files. */
const mostJobs = 200;

const length = (more: string) =>
  Type.String({
    pattern: '^[0-9.]+\\s*[a-zA-Z]',
    maxLength: 40,
    form: `a length of time such as 30s, 10m or 2h${more}`,
  });
const number = (minimum: number, maximum: number, what: string) =>
  Type.Integer({ minimum, maximum, form: `a number of ${what} from ${minimum} to ${maximum}` });
const text = (maxLength: number, form: string) => Type.String({ pattern: '\\S', maxLength, form });
const plainValue = (maxLength: number, form: string) =>
  Type.Union([Type.String({ maxLength }), Type.Number(), Type.Boolean()], { form });

const argument = Type.Object(
  {
    type: Type.Optional(Type.Enum(['string', 'integer', 'boolean'])),
    description: Type.Optional(text(300, 'a short text')),
    default: Type.Optional(plainValue(4_000, 'a text, a number, true or false')),
    required: Type.Optional(Type.Boolean({ form: 'true or false' })),
    pattern: Type.Optional(text(500, 'a regular expression (RE2) for the whole value, in single quotes')),
    choices: Type.Optional(
      Type.Array(plainValue(200, 'a text, a number, true or false'), {
        ...{ minItems: 1, maxItems: 50, form: 'a list of up to 50 values' },
      }),
    ),
  },
  { ...closed, form: 'a map such as { type: string, default: World }' },
);

const job = Type.Object(
  {
    name: Type.String({
      pattern: '^[a-z0-9][a-z0-9_-]{0,62}$',
      form: 'small letters, digits, hyphens and underscores, 63 at most: it is the end of the address',
    }),
    summary: Type.Optional(text(300, 'a short text')),
    target: Type.Enum([...jobTargets]),
    app: Type.Optional(Type.String({ pattern: `^${herokuApp}$`, form: 'the name of an app of Heroku' })),
    command: Type.Optional(
      Type.Union(
        [
          Type.String({ minLength: 1, maxLength: 4_000 }),
          Type.Array(Type.String({ maxLength: 4_000 }), { maxItems: 100 }),
        ],
        { form: 'a text for the target heroku, a list of up to 100 texts for the target container' },
      ),
    ),
    size: Type.Optional(
      Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9-]{0,39}$', form: 'the size of a dyno, such as standard-1x' }),
    ),
    image: Type.Optional(Type.String({ pattern: '^\\S{1,300}$', form: 'an image of JOB_IMAGES, such as alpine:3.22' })),
    network: Type.Optional(Type.Boolean({ form: 'true or false' })),
    memory: Type.Optional(Type.String({ pattern: '^\\d{1,5} ?[MG]i?B$', form: 'a size such as 256MB or 1GB' })),
    cpus: Type.Optional(Type.Number({ minimum: 0.01, maximum: 64, form: 'a number of processors from 0.01 to 64' })),
    file: Type.Optional(
      Type.String({ pattern: '^[^/\\u0000-\\u001f]{1,100}$', form: 'the name of an executable file in JOBS_BIN' }),
    ),
    arguments: Type.Optional(
      Type.Record(Type.String(), argument, { maxProperties: 50, form: 'a map of up to 50 names and what they may be' }),
    ),
    secrets: Type.Optional(
      Type.Record(
        Type.String(),
        Type.String({
          ...{ secret: true, minLength: 1, maxLength: 4_096 },
          form: 'the secret, or `file:` and the path of a file that has it',
        }),
        { maxProperties: 50, form: 'a map of up to 50 names and secrets' },
      ),
    ),
    timeout: Type.Optional(length(', from 1s to 24h')),
    concurrency: Type.Optional(number(1, 50, 'runs')),
    queue: Type.Optional(number(0, 200, 'runs that wait')),
    repeatable: Type.Optional(Type.Boolean({ form: 'true if it is safe to run again, or false' })),
    retries: Type.Optional(number(0, 10, 'further attempts')),
    schedule: Type.Optional(text(200, 'a cron expression such as 0 6 * * MON-FRI')),
    timezone: Type.Optional(text(100, 'a time zone such as Europe/Berlin')),
    notify: Type.Optional(
      Type.String({ pattern: '^[^\\s,]{1,200}$', form: "the '#name' or the id of one channel, in quotes" }),
    ),
    severity: Type.Optional(Type.Enum([...severities])),
    mention: Type.Optional(Type.String({ pattern: '^\\S{1,200}$', form: 'whom to mention, such as @oncall' })),
    who: Type.Optional(Type.Enum([...roles])),
  },
  { ...closed, form: 'a map with `name` and `target`' },
);

export const readJobFile = loaderOf(
  Type.Object(
    { jobs: Type.Array(job, { maxItems: mostJobs, form: `a list of up to ${mostJobs} jobs` }) },
    { ...closed, form: 'a map with the list `jobs`' },
  ),
);

export type JobEntry = ReturnType<typeof readJobFile>['jobs'][number];
export type ArgumentEntry = NonNullable<JobEntry['arguments']>[string];
