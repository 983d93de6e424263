import { severities } from '../../domain/severity.ts';
import { Type } from '../../lib/schema.ts';
import { loaderOf } from '../../yaml-files/index.ts';
import { ready } from './ready.ts';

const closed = { additionalProperties: false } as const;
const template = (form: string) =>
  Type.String({ maxLength: 20_000, form: `${form}, with {{ body.… }} where values belong` });
const secret = Type.String({
  ...{ secret: true, minLength: 1, maxLength: 4_096, pattern: '\\S' },
  form: 'the secret, or `file:` and the path of a file that has it',
});
// A secret may stand in the place of the name.
const header = Type.String({
  secret: true,
  pattern: '^[A-Za-z0-9-]{1,100}$',
  form: 'the name of a header, such as X-Hub-Signature-256',
});

const verify = Type.Object(
  {
    hmac: Type.Optional(
      Type.Object(
        {
          header,
          prefix: Type.Optional(Type.String({ maxLength: 40, form: 'the text before the signature, such as sha256=' })),
          encoding: Type.Optional(Type.Enum(['hex', 'base64'])),
          timestamp: Type.Optional(header),
          secret,
        },
        { ...closed, form: 'a map with `header` and `secret`' },
      ),
    ),
    standard: Type.Optional(secret),
    bearer: Type.Optional(secret),
    header: Type.Optional(Type.Object({ name: header, secret }, { ...closed, form: 'a map with `name` and `secret`' })),
    address: Type.Optional(secret),
  },
  { ...closed, form: 'a map with one of hmac, standard, bearer, header, address' },
);

const hook = Type.Object(
  {
    name: Type.String({
      pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
      form: 'small letters, digits and hyphens, 63 at most: it is the end of the address',
    }),
    channel: Type.String({ pattern: '^[^\\s,]{1,200}$', form: "the '#name' or the id of one channel, in quotes" }),
    verify: Type.Optional(verify),
    message: Type.Optional(
      Type.Object(
        { text: template('a text'), title: Type.Optional(template('a text')) },
        { ...closed, form: 'a map with `text` and, if you like, `title`' },
      ),
    ),
    incident: Type.Optional(
      Type.Object(
        {
          key: template('what identifies the incident'),
          status: template('firing or resolved'),
          title: template('a text'),
          text: Type.Optional(template('a text')),
          fields: Type.Optional(
            Type.Record(Type.String(), Type.String(), { maxProperties: 20, form: 'a map of up to 20 names and texts' }),
          ),
          severity: Type.Optional(template(severities.join(', '))),
          notify: Type.Optional(template('whom to mention, such as @oncall')),
          fix: Type.Optional(template('the name of a job, such as restart-worker')),
        },
        { ...closed, form: 'a map with `key`, `status` and `title`' },
      ),
    ),
    template: Type.Optional(Type.Enum(Object.keys(ready) as (keyof typeof ready)[])),
  },
  { ...closed, form: 'a map with `name`, `channel` and one of `message`, `incident`, `template`' },
);

/** Most hooks of a file. */
const mostHooks = 200;

/** Reads a file of hooks, without their templates and secrets. */
export const readHookFile = loaderOf(
  Type.Object(
    { hooks: Type.Array(hook, { maxItems: mostHooks, form: `a list of up to ${mostHooks} hooks` }) },
    { ...closed, form: 'a map with the list `hooks`' },
  ),
);

export type HookEntry = ReturnType<typeof readHookFile>['hooks'][number];
