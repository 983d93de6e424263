import { InvalidRequest } from '../domain/errors.ts';
import { isVisible } from '../domain/names.ts';
import { isForm, isJson, type ReadBody, readJson } from './body.ts';

import { maxText } from './message.ts';

type Fields = Record<string, unknown>;

/**
 * Returns the fields of a form, or null when the text is not a form. The content type does not tell, since `curl -d` labels
 * every body as a form: the first field has to be one of `begins`, and every character encoded. One exception: `payload=`
 * may be followed by unencoded JSON, which many scripts for Slack's webhooks send.
 * @throws InvalidRequest for a field that occurs twice
 */
export function readForm(text: string, begins: readonly string[]): Fields | null {
  const [, first = ''] = /^([a-z_]+)=/.exec(text) ?? [];
  if (!begins.includes(first)) return null;
  if (/^payload=\s*\{/.test(text)) return { payload: text.slice('payload='.length) };
  if (!/^[\w.~*!'()+%&=:,/@-]*$/.test(text.trimEnd()) || /%(?![0-9a-f]{2})/i.test(text)) return null;
  const fields: Fields = {};
  for (const part of text.trimEnd().split('&')) {
    if (part === '') continue;
    const [name, value] = [part.split('=', 1)[0] ?? '', part.slice(part.indexOf('=') + 1)].map(decode) as [
      string,
      string,
    ];
    if (Object.hasOwn(fields, name)) throw new InvalidRequest(name, `${name} stands twice in the form; send it once`);
    fields[name] = value;
  }
  return fields;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new InvalidRequest('body', 'the form’s %-escapes are not UTF-8; encode it as UTF-8');
  }
}

/** Converts a form's strings to the types of a message: booleans, the number `ttl`, and JSON lists. @throws InvalidRequest */
export function typed(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (typeof value !== 'string') return [name, value];
      if (name === 'blocks' || name === 'attachments') return [name, jsonField(name, value)];
      if (booleans.has(name) && /^(true|false|1|0)$/.test(value)) return [name, value === 'true' || value === '1'];
      if (name === 'ttl' && /^\d+$/.test(value)) return [name, Number(value)];
      return [name, value];
    }),
  );
}

const booleans = new Set([
  'unfurl_links',
  'unfurl_media',
  'reply_broadcast',
  'mrkdwn',
  'link_names',
  'escape',
  'merge',
]);

function jsonField(name: string, value: string): unknown {
  try {
    return readJson(value);
  } catch (error) {
    throw new InvalidRequest(name, error instanceof InvalidRequest ? error.message : `${name} is not JSON`);
  }
}

/**
 * Parses the field `payload={"text": …}` of Slack's webhooks. `beside`: names of the other fields. Returns null without a
 * `payload`.
 */
export function unwrapPayload({ payload, ...beside }: Fields): { message: unknown; beside: string[] } | null {
  if (typeof payload !== 'string') return null;
  return { message: jsonField('payload', payload), beside: Object.keys(beside) };
}

/**
 * With a field `text`, `payload` is a snippet; without one, `payload` is the whole message.
 * @throws InvalidRequest for other fields beside a whole message
 */
function messageOf(form: Fields): unknown {
  const unwrapped = form.text === undefined ? unwrapPayload(form) : null;
  if (unwrapped === null) return typed(form);
  const [other] = unwrapped.beside;
  if (other !== undefined) {
    const name = other.slice(0, 100);
    throw new InvalidRequest(name, `${name} stands beside payload in the form; put it into the JSON of payload`);
  }
  return unwrapped.message;
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Parses the body of POST /slack: JSON `{"msg": …}`, or the same fields as a form. */
export const readMessage: ReadBody = (text, type) => {
  const form = isForm(type) ? readForm(text, formBegins) : null;
  if (form === null) return readJson(text);
  const value = messageOf(form);
  return isObject(value) && value.msg === undefined ? { msg: value } : value;
};

const formBegins = ['text', 'channel', 'payload', 'title', 'username', 'thread_ts'];

/**
 * Parses the body of POST /slack/{channel}. With a JSON content type the body is a message; otherwise it is the text.
 * A text that looks like a JSON message is refused, since the sender forgot the content type.
 */
export const readText: ReadBody = (text, type) => {
  if (isJson(type)) return fromJson(readJson(text));
  if (!isForm(type)) return plainText(text);
  const form = readForm(text, ['text', 'payload']);
  if (form !== null) return fromJson(messageOf(form));
  if (looksLikeMessage(text)) {
    throw new InvalidRequest(
      'body',
      'the body is JSON, and this address takes a text: add the header "content-type: application/json", or "content-type: text/plain" to post the JSON itself',
    );
  }
  return plainText(text);
};

/** @throws InvalidRequest that names the body, not a field `text` that the caller never wrote */
function plainText(text: string): { text: string } {
  if (text.length > maxText) {
    throw new InvalidRequest('body', `body has ${text.length} characters; a text has at most ${maxText}`);
  }
  if (!isVisible(text)) {
    throw new InvalidRequest(
      'body',
      'body has nothing that can be seen: it is empty, or white space and invisible characters',
    );
  }
  return { text };
}

function fromJson(value: unknown): unknown {
  if (typeof value === 'string') return { text: value };
  return isObject(value) && isObject(value.msg) && Object.keys(value).length === 1 ? value.msg : value;
}

function looksLikeMessage(text: string): boolean {
  if (!/^\s*\{/.test(text)) return false;
  try {
    const value = readJson(text);
    return isObject(value) && messageFields.some((name) => Object.hasOwn(value, name));
  } catch {
    return false;
  }
}

const messageFields = ['msg', 'text', 'channel', 'blocks', 'attachments', 'title', 'payload'];
