import { reachOf } from '../../domain/plain-http.ts';
import { severities } from '../../domain/severity.ts';
import { Type } from '../../lib/schema.ts';
import { loaderOf, secretOf, standardKey } from '../../yaml-files/index.ts';
import type { Named, Way } from './named.ts';

const closed = { additionalProperties: false } as const;
const secret = Type.String({
  secret: true,
  minLength: 1,
  maxLength: 4_096,
  form: 'the secret, or `file:` and the path of a file that has it',
});
const mail = Type.String({
  pattern: '^[^\\r\\n,]*[^\\s@,]+@[^\\s@,]+$|^[^\\r\\n,<>]*<[^\\s@<>,]+@[^\\s@<>,]+>$',
  maxLength: 320,
  form: 'an e-mail address',
});

const email = Type.Object(
  {
    smtp: Type.String({
      pattern: '^smtps?://[^/\\s]+$',
      form: 'smtps://USER@HOST, or smtp:// for STARTTLS, without a password',
    }),
    password: Type.Optional(secret),
    from: mail,
    to: Type.Array(mail, { minItems: 1, maxItems: 50, form: 'a list of up to 50 e-mail addresses' }),
  },
  { ...closed, form: 'a map with `smtp`, `from` and `to`' },
);

const destination = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$', form: 'small letters, digits and hyphens, 63 at most' }),
    email: Type.Optional(email),
    ntfy: Type.Optional(
      Type.String({
        pattern: '^https?://[^/\\s]+/[^/\\s]+$',
        form: 'the address of a topic, such as https://ntfy.sh/my-topic',
      }),
    ),
    webhook: Type.Optional(
      Type.String({ pattern: '^https?://[^/\\s]+', form: 'an address such as https://example.com/incidents' }),
    ),
    token: Type.Optional(secret),
    secret: Type.Optional(secret),
    when: Type.Optional(Type.Enum(['always', 'slack-down'])),
    severity: Type.Optional(Type.Enum([...severities])),
  },
  { ...closed, form: 'a map with `name` and one of `email`, `ntfy`, `webhook`' },
);

/** Most destinations of a file. */
const mostDestinations = 50;

const read = loaderOf(
  Type.Object(
    {
      destinations: Type.Array(destination, {
        maxItems: mostDestinations,
        form: `a list of up to ${mostDestinations} destinations`,
      }),
    },
    { ...closed, form: 'a map with the list `destinations`' },
  ),
);
type Entry = ReturnType<typeof read>['destinations'][number];
type Refuse = (path: readonly string[], reason: string) => void;

/** Reads a file of destinations. @throws FileRefused with every mistake, without a secret */
export function loadDestinations(bytes: string | Uint8Array, file: string): Named[] {
  const found: Named[] = [];
  read(bytes, file, ({ destinations }, refuseAt) => {
    for (const [at, entry] of destinations.entries()) {
      const refuse: Refuse = (path, reason) => refuseAt(['destinations', at, ...path], reason);
      const { name, when = null, severity = 'info' } = entry;
      if (found.some((each) => each.name === name)) refuse(['name'], `the name "${name}" is there twice`);
      const way = wayOf(entry, refuse);
      if (way !== null) found.push({ name, when, severity, way, place: `${file}, destination "${name}"` });
    }
  });
  return found;
}

function wayOf({ email, ntfy, webhook, token, secret }: Entry, refuse: Refuse): Way | null {
  const kinds = [email, ntfy, webhook].filter((each) => each !== undefined).length;
  if (kinds !== 1) {
    refuse(
      [],
      `a destination has one of \`email\`, \`ntfy\` and \`webhook\`, this one has ${kinds === 0 ? 'none' : 'several'}`,
    );
    return null;
  }
  if (token !== undefined && ntfy === undefined) refuse(['token'], '"token" is for ntfy. Leave it out');
  if (secret !== undefined && webhook === undefined) refuse(['secret'], '"secret" is for a webhook. Leave it out');
  if (email !== undefined) {
    const smtp = addressOf(email.smtp, ['email', 'smtp'], refuse);
    if (smtp.password !== '')
      refuse(['email', 'smtp'], 'the address has the password in it; write it under `password`');
    const password =
      email.password === undefined ? '' : secretOf(email.password, (reason) => refuse(['email', 'password'], reason));
    if (smtp.username !== '' && password === '') refuse(['email'], '"password" is missing for the user of the address');
    return { kind: 'email', smtp, password, from: email.from, to: email.to };
  }
  if (ntfy !== undefined) {
    const address = secureOf(ntfy, ['ntfy'], token !== undefined, refuse);
    return {
      kind: 'ntfy',
      address,
      token: token === undefined ? null : secretOf(token, (reason) => refuse(['token'], reason)),
    };
  }
  const address = secureOf(webhook ?? '', ['webhook'], false, refuse);
  return {
    kind: 'webhook',
    address,
    key:
      secret === undefined
        ? null
        : keyOf(
            secretOf(secret, (reason) => refuse(['secret'], reason)),
            refuse,
          ),
  };
}

function addressOf(written: string, path: readonly string[], refuse: Refuse): URL {
  if (URL.canParse(written)) return new URL(written);
  refuse(path, `"${written}" is no address`);
  return new URL('http://invalid.invalid/x');
}

/** @param hasToken whether a secret would cross the network */
function secureOf(written: string, path: readonly string[], hasToken: boolean, refuse: Refuse): URL {
  const address = addressOf(written, path, refuse);
  if (address.username !== '' || address.password !== '') refuse(path, 'the address has a login in it; leave it out');
  if (hasToken && reachOf(address) === 'elsewhere')
    refuse(path, 'the token would cross the internet unencrypted; write https://');
  return address;
}

/** Returns the key of a secret of Standard Webhooks. */
function keyOf(written: string, refuse: Refuse): Buffer | null {
  const key = standardKey(written);
  if (key === null) {
    refuse(['secret'], 'the secret is `whsec_` and at least 16 bytes in base64, as of `openssl rand -base64 24`');
  }
  return key;
}
