import type { HerokuFailed } from '../../../../heroku-api/index.ts';
import { NotStarted } from '../../target.ts';

const makeKey = '`heroku authorizations:create --scope read-protected,write-protected` makes a key that may.';
/** Shorter values are words that a message may have anyway. */
const shortestSecret = 4;

export interface Asked {
  app: string;
  size: string | null;
  env: Readonly<Record<string, string>>;
}

/** Returns the error for a dyno that Heroku surely did not start, with the remedy and without values of the environment. */
export function notStarted(failure: HerokuFailed, { app, size, env }: Asked): NotStarted {
  const { kind, answer } = failure;
  const isTemporary = kind === 'limit' || answer === null || answer.status === 409;
  const text = textOf(failure, app, size);
  const values = Object.values(env).filter(({ length }) => length >= shortestSecret);
  return new NotStarted(
    values.reduce((shown, value) => shown.replaceAll(value, '***'), text),
    isTemporary,
  );
}

function textOf({ kind, answer, message }: HerokuFailed, app: string, size: string | null): string {
  const { status, id, said } = answer ?? { status: 0, id: '', said: '' };
  const quoted = said === '' ? '' : ` Heroku: “${said}”`;
  if (id === 'suspended') return `Heroku has suspended the app ${app} or its account.${quoted}`;
  if (kind === 'forbidden')
    return `The key in HEROKU_API_KEY may not start dynos of the app ${app} (403). ${makeKey}${quoted}`;
  if (kind === 'gone') return `Heroku knows no app ${app}, or it belongs to another account (${status}).`;
  if (status === 402) return `Heroku starts no dyno of the app ${app} without a payment (402).${quoted}`;
  if (id === 'verification_needed') {
    return `Heroku starts no dyno before the account is verified: https://heroku.com/verify.${quoted}`;
  }
  if (status === 422)
    return `Heroku does not start the dyno${size === null ? '' : ` of the size ${size}`} (422).${quoted}`;
  return message;
}
