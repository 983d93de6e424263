import type { Static } from 'typebox';
import { type Role, roles } from '../domain/principal.ts';
import { parseScryptLine } from '../domain/scrypt-line.ts';
import { Type } from '../lib/schema.ts';
import { loaderOf, type Refuse } from '../yaml-files/index.ts';
import type { Directory } from './people.ts';

const role = Type.Enum([...roles]);
const mostUsers = 500;

const schema = Type.Object(
  {
    users: Type.Optional(
      Type.Array(
        Type.Object(
          {
            // RFC 7617: a colon ends the user name.
            name: Type.String({
              pattern: '^[^:\\x00-\\x1f\\x7f]{1,100}$',
              form: 'a name without a colon, 100 characters at most',
            }),
            password: Type.String({
              secret: true,
              pattern: '^scrypt\\$',
              form: 'the line that `ultronex hash-password` prints, in quotes',
            }),
            role,
          },
          { additionalProperties: false },
        ),
        { maxItems: mostUsers, form: `a list of up to ${mostUsers} maps with name, password and role` },
      ),
    ),
    slack: Type.Optional(
      Type.Record(Type.String({ pattern: '^[UW][A-Z0-9]+$' }), role, {
        additionalProperties: false,
        form: 'a map of ids of Slack users, such as U012AB3CD, and their roles',
      }),
    ),
  },
  { additionalProperties: false, form: 'a map with `users` and `slack`' },
);

/** Reads a users file. @throws FileRefused with every mistake, without a password */
export const loadUsers: (bytes: string | Uint8Array, file: string) => Directory = (bytes, file) => {
  const { users = [], slack = {} } = load(bytes, file, checkUsers);
  return { accounts: users, slack: new Map(Object.entries(slack) as [string, Role][]) };
};

const load = loaderOf(schema);

function checkUsers({ users = [] }: Static<typeof schema>, refuse: Refuse): void {
  const names = new Set<string>();
  for (const [at, { name, password }] of users.entries()) {
    if (names.has(name)) refuse(['users', at, 'name'], `the name "${name}" is there twice. Keep one of them`);
    names.add(name);
    if (parseScryptLine(password) === null) {
      const remedy = 'Make a new one with `ultronex hash-password`';
      refuse(['users', at, 'password'], `the password of "${name}" is a damaged scrypt line. ${remedy}`);
    }
  }
}
