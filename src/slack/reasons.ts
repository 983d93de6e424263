import { cut } from '../domain/cut.ts';
import { redact } from '../lib/redact.ts';
import { type Json, object, text } from './json.ts';

/** Characters of one answer's reasons; a list of blocks can be wrong in fifty places. */
const longest = 500;
const mostReasons = 5;

/**
 * Returns the details of a refusal as one line: the missing scope, and each message with the path of its block.
 * Without secrets, at most 500 characters; undefined when there are none. Fields: `needed` and `provided`
 * (https://docs.slack.dev/authentication/installing-with-oauth#scopes), `errors` and `response_metadata.messages`
 * (https://docs.slack.dev/apis/web-api/#responses).
 */
export function reasonsOf(body: unknown): string | undefined {
  const answer = object(body);
  if (!answer) return undefined;
  const all = [scopes(answer), ...listed(answer.errors), ...listed(object(answer.response_metadata)?.messages)];
  // Slack often says the same in both lists.
  const said = [...new Set(all.filter((one) => one !== null))];
  if (said.length === 0) return undefined;
  const more = said.length > mostReasons ? [`and ${said.length - mostReasons} more`] : [];
  return oneLine([...said.slice(0, mostReasons), ...more].join('; '));
}

/** Returns the text of an HTTP error; an HTML page is no reason. */
export function reasonOfText(body: unknown): string | undefined {
  if (typeof body !== 'string' || body.trim() === '' || /^\s*</.test(body)) return undefined;
  return oneLine(body);
}

/** Removes the parts that differ between messages, so that reasons can be counted. */
function countable(reason: string): string {
  const steady = reason.replace(/"[^"]*"|'[^']*'/g, '"…"').replace(/\d+/g, 'N');
  return cut(steady, 120, () => '…');
}

/** The most reasons that are counted apart; further ones are counted by their code. */
const mostCounted = 100;

/** Creates the texts by which failures are counted: a bounded set. */
export function createErrorTexts(): (failure: { error: string; detail?: string }) => string {
  const counted = new Set<string>();
  return ({ error, detail }) => {
    const plain = `Slack error : ${error}`;
    if (detail === undefined) return plain;
    const whole = `${plain} (${countable(detail)})`;
    if (!counted.has(whole) && counted.size >= mostCounted) return plain;
    counted.add(whole);
    return whole;
  };
}

function scopes({ needed, provided }: Json): string | null {
  const wanted = text(needed);
  if (!wanted) return null;
  const has = text(provided);
  return has ? `needed ${wanted}, provided ${has}` : `needed ${wanted}`;
}

function listed(value: unknown): (string | null)[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, 100).map((one) => {
    const said = text(one) ?? text(object(one)?.message) ?? text(object(one)?.error);
    return said && cut(said.replace(/^\[(ERROR|WARN|WARNING)\]\s*/i, '').trim(), longest);
  });
}

function oneLine(written: string): string {
  const flat = written
    .slice(0, 10_000)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return cut(redact(flat), longest, () => '…');
}
