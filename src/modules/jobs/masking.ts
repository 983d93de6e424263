import { redact } from '../../lib/redact.ts';

/** Names of variables whose values are not shown: API_KEY, dbPassword, GITHUB_TOKEN. */
const secretName =
  /key(s|_|$)|keys?\d*$|token|secret|passw|passphrase|(^|_)pass(_|$)|(^|_)pwd(_|$)|credential|authorization/i;

const masked = '***';

/** Returns the arguments as they are shown: without values whose names look secret, and without secrets in other values. */
export function maskArguments(given: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, secretName.test(name) ? masked : redact(value)]),
  );
}

/** Returns the values that are not shown at all. */
export function secretValues(given: Readonly<Record<string, string>>): string[] {
  return Object.entries(given).flatMap(([name, value]) => (secretName.test(name) ? [value] : []));
}
