import { causeCode } from '../lib/error-code.ts';
import { notJson, parse, refusal, shortId } from './answers.ts';
import { ClientClosed, HerokuFailed } from './errors.ts';

export interface Answer {
  /** 200, 206 or 304. */
  status: number;
  /** The parsed body; undefined with 304. */
  value: unknown;
  etag: string | null;
  /** The range of the next page; null: this is the last one. */
  nextRange: string | null;
}

export interface RequestParts {
  /** HEROKU_API_URL. */
  url: string;
  key: string;
  /** Called with the number of requests that are left, after each answer that has it. */
  onRemaining(remaining: number): void;
  /** Aborts the requests under way when the program stops. */
  closed: AbortSignal;
  timeoutMs?: number;
}

/** Time limit of a request with its body, milliseconds. */
const withinMs = 10_000;
const mostBytes = 1_048_576;

/**
 * Returns a function that gets a path of Heroku’s Platform API v3 (https://devcenter.heroku.com/articles/platform-api-reference).
 * It follows no redirect. @throws HerokuFailed, ClientClosed
 */
export function createRequest({ url, key, onRemaining, closed, timeoutMs = withinMs }: RequestParts) {
  const base = url.replace(/\/$/, '');
  const always = { accept: 'application/vnd.heroku+json; version=3', authorization: `Bearer ${key}` };

  return async function get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([timeout, closed]);
    let requestId = '';
    try {
      const response = await fetch(base + path, { headers: { ...always, ...headers }, signal, redirect: 'manual' });
      requestId = shortId(response.headers.get('request-id'));
      const remaining = Number(response.headers.get('ratelimit-remaining') ?? Number.NaN);
      if (Number.isInteger(remaining) && remaining >= 0) onRemaining(remaining);
      const text = await bodyOf(response);
      const { status } = response;
      if (status === 304) return { status, value: undefined, etag: null, nextRange: null };
      const value = parse(text);
      if (status !== 200 && status !== 206) throw refusal(status, value, requestId);
      if (value === undefined) throw new HerokuFailed('unavailable', notJson(text), requestId);
      const nextRange = status === 206 ? response.headers.get('next-range') : null;
      return { status, value, etag: response.headers.get('etag'), nextRange };
    } catch (cause) {
      if (cause instanceof HerokuFailed) throw cause;
      if (closed.aborted) throw new ClientClosed('The program stops.', { cause });
      if (timeout.aborted) {
        const message = `Heroku did not answer within ${timeoutMs / 1_000} s.`;
        throw new HerokuFailed('unavailable', message, requestId, { cause });
      }
      const code = causeCode(cause);
      const message = `Heroku was not reached${code === '' ? '' : ` (${code})`}.`;
      throw new HerokuFailed('unavailable', message, requestId, { cause });
    }
  };
}

async function bodyOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new HerokuFailed('unavailable', 'Heroku’s answer has more than 1 MiB.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
