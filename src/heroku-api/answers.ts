import { cut } from '../domain/cut.ts';
import { cleanText } from '../lib/clean-line.ts';
import { type FailureKind, HerokuFailed } from './errors.ts';
import { fieldsOf, textOf } from './fields.ts';

/** Returns a `Request-Id` of Heroku, clean and cut. */
export const shortId = (requestId: string | null | undefined) => cut(cleanText(requestId ?? ''), 100, () => '…');

/** In an incident Heroku’s router returns a web page. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const notJson = (text: string) =>
  text.trimStart().startsWith('<')
    ? 'Heroku returned a web page in place of JSON.'
    : 'Heroku returned something other than JSON.';

/** Errors have the form `{id, message, url?}` ("Errors" in the reference). @param may what the key needs the right to do */
export function refusal(status: number, value: unknown, requestId: string, may = 'read this'): HerokuFailed {
  const { id, message } = fieldsOf(value);
  const line = typeof message === 'string' ? oneLine(message) : '';
  const said = line === '' ? '' : `: ${line}`;
  const failed = (kind: FailureKind, text: string) =>
    new HerokuFailed(kind, text, requestId, { answer: { status, id: textOf(id), said: line } });
  if (status === 401 || id === 'suspended') {
    return failed('key', `Heroku refuses the key in HEROKU_API_KEY (${status})${said || '.'}`);
  }
  if (status === 429) return failed('limit', 'No requests to Heroku’s API are left for now (429).');
  if (status === 404 || status === 410) {
    return failed('gone', `Heroku knows no such app, or it belongs to another account (${status}).`);
  }
  if (status === 403) return failed('forbidden', `The key may not ${may} (403)${said || '.'}`);
  const reason = value === undefined ? ' with something other than JSON.' : said || '.';
  return failed('unavailable', `Heroku answered ${status}${reason}`);
}

function oneLine(text: string): string {
  const short = cut(cleanText(text), 200, () => '…');
  return short === '' || /[.…!?]$/.test(short) ? short : `${short}.`;
}
