import { fixPattern } from '../domain/fix.ts';
import { herokuApp } from '../domain/heroku-app.ts';
import { severities } from '../domain/severity.ts';
import { Type } from '../lib/schema.ts';
import { loaderOf } from '../yaml-files/index.ts';
import { most, recordTypes } from './plan.ts';

const closed = { additionalProperties: false } as const;
const length = (more = '') =>
  Type.String({
    pattern: '^[0-9.]+\\s*[a-zA-Z]',
    maxLength: 40,
    form: `a length of time such as 60s, 5m or 2h${more}`,
  });
const namePattern = '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$';
const name = Type.String({ pattern: namePattern, form: 'letters, digits, dots, hyphens and underscores, 63 at most' });
/** Names of maintenance windows and time zones are for people. */
const title = Type.String({ pattern: '\\S', maxLength: 100, form: 'a short text' });
const channel = Type.String({ pattern: '^[^\\s,]{1,200}$', form: "the '#name' or the id of one channel, in quotes" });
const told = {
  channel: Type.Optional(channel),
  severity: Type.Optional(Type.Enum([...severities])),
  notify: Type.Optional(Type.String({ pattern: '^\\S{1,200}$', form: 'whom to mention, such as @oncall' })),
  fix: Type.Optional(
    Type.String({
      pattern: fixPattern,
      form: 'the name of a job, such as restart-worker, or restart-worker two-person',
    }),
  ),
};
const hostAndPort = (port = '') =>
  Type.String({
    pattern: '^\\S+$',
    maxLength: 260,
    form: `HOST${port}, such as example.com${port.replace('PORT', '443')}`,
  });
const plainValue = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()], {
  form: 'a text, a number, true, false or null',
});

const check = Type.Object(
  {
    name,
    http: Type.Optional(
      Type.String({
        pattern: '^https?://[^/\\s]+',
        maxLength: 2_000,
        form: 'an address such as https://example.com/health',
      }),
    ),
    tcp: Type.Optional(hostAndPort(':PORT')),
    tls: Type.Optional(hostAndPort(':PORT')),
    dns: Type.Optional(hostAndPort()),
    docker: Type.Optional(Type.String({ pattern: namePattern, form: 'the name of a container or of a service' })),
    every: Type.Optional(length(', from 10s to 1d')),
    fail: Type.Optional(
      Type.Union(
        [Type.Integer({ minimum: 1, maximum: 20 }), Type.String({ pattern: '^\\d{1,2} of \\d+\\s*[a-zA-Z]+$' })],
        {
          form: 'a number of failures from 1 to 20, or such as `3 of 5m`',
        },
      ),
    ),
    method: Type.Optional(Type.Enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])),
    headers: Type.Optional(
      Type.Record(
        Type.String(),
        Type.String({ secret: true, maxLength: 4_096, form: 'a text, or `file:` and the path of a file that has it' }),
        { maxProperties: 30, form: 'a map of up to 30 names and texts' },
      ),
    ),
    body: Type.Optional(Type.String({ maxLength: 100_000, form: 'a text' })),
    redirects: Type.Optional(Type.Integer({ minimum: 0, maximum: 10, form: 'a number from 0 to 10' })),
    verify: Type.Optional(Type.Boolean({ form: 'true or false' })),
    ip: Type.Optional(Type.Enum([4, 6])),
    days: Type.Optional(Type.Integer({ minimum: 0, maximum: 365, form: 'a number of days from 0 to 365' })),
    type: Type.Optional(Type.Enum([...recordTypes])),
    value: Type.Optional(
      Type.Union(
        [
          Type.String({ maxLength: 4_000 }),
          Type.Array(Type.String({ maxLength: 4_000 }), { minItems: 1, maxItems: 50 }),
        ],
        { form: 'a text or a list of up to 50 texts' },
      ),
    ),
    server: Type.Optional(Type.String({ pattern: '^[0-9a-fA-F.:[\\]]+$', form: 'an IP address such as 1.1.1.1' })),
    expect: Type.Optional(
      Type.Object(
        {
          status: Type.Optional(
            Type.Union(
              [
                Type.Integer({ minimum: 100, maximum: 599 }),
                Type.String({ pattern: '^[1-5]xx$' }),
                Type.Array(
                  Type.Union([Type.Integer({ minimum: 100, maximum: 599 }), Type.String({ pattern: '^[1-5]xx$' })]),
                  {
                    minItems: 1,
                    maxItems: 20,
                  },
                ),
              ],
              { form: 'a status such as 200 or 2xx, or a list of them' },
            ),
          ),
          text: Type.Optional(Type.String({ minLength: 1, maxLength: 1_000, form: 'a text that the body contains' })),
          json: Type.Optional(
            Type.Record(Type.String(), plainValue, { maxProperties: 20, form: 'a map of up to 20 paths and values' }),
          ),
          within: Type.Optional(length(', up to 60s')),
        },
        { ...closed, form: 'a map with `status`, `text`, `json`, `within`' },
      ),
    ),
    ...told,
  },
  { ...closed, form: 'a map with `name` and one of `http`, `tcp`, `tls`, `dns`, `docker`' },
);

const cron = Type.String({ pattern: '\\S', maxLength: 200, form: 'a cron expression such as 0 3 * * *' });

const beat = Type.Object(
  {
    name,
    cron: Type.Optional(cron),
    every: Type.Optional(length(', from 30s to 400d')),
    timezone: Type.Optional(title),
    grace: Type.Optional(length()),
    'start-grace': Type.Optional(length()),
    ...told,
  },
  { ...closed, form: 'a map with `name` and one of `cron`, `every`' },
);

const heroku = Type.Object(
  {
    app: Type.String({ pattern: `^${herokuApp}$`, form: 'the name of an app of Heroku' }),
    every: Type.Optional(length(', from 1m to 60m')),
    ...told,
  },
  { ...closed, form: 'a map with `app`' },
);

const maintenance = Type.Object(
  {
    name: title,
    cron,
    for: length(', up to 7d'),
    timezone: Type.Optional(title),
    checks: Type.Optional(Type.Array(name, { maxItems: 500, form: 'a list of names of checks and beats' })),
  },
  { ...closed, form: 'a map with `name`, `cron` and `for`' },
);

const list = <T extends typeof check | typeof beat | typeof heroku | typeof maintenance>(
  of: T,
  most: number,
  what: string,
) => Type.Optional(Type.Array(of, { maxItems: most, form: `a list of up to ${most} ${what}` }));

export const readWatchFile = loaderOf(
  Type.Object(
    {
      channel: Type.Optional(channel),
      checks: list(check, most.checks, 'checks'),
      beats: list(beat, most.beats, 'beats'),
      heroku: list(heroku, most.heroku, 'apps'),
      maintenance: list(maintenance, most.maintenance, 'windows'),
    },
    { ...closed, form: 'a map with the lists `checks`, `beats`, `heroku`, `maintenance`' },
  ),
);

export type WatchFile = ReturnType<typeof readWatchFile>;
export type CheckEntry = NonNullable<WatchFile['checks']>[number];
