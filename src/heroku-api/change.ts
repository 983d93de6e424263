import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { causeCode } from '../lib/error-code.ts';
import { notJson, parse, refusal, shortId } from './answers.ts';
import { AnswerLost, HerokuFailed } from './errors.ts';
import type { RequestParts } from './request.ts';

/** Time limit of a request that changes something, milliseconds: Heroku’s router gives up after 30 s. */
const changeWithinMs = 35_000;
const mostOfAnswer = 1_048_576;

export type Change = (method: 'POST' | 'DELETE', path: string, body?: object) => Promise<unknown>;

interface Sent {
  status: number;
  text: string;
  requestId: string;
}

/**
 * Returns a function that sends a request that changes something, and resolves with the parsed answer, undefined without a body. It is sent once, over a
 * connection of its own: if a keep-alive socket closed, nobody could tell whether Heroku got the request. Follows no redirect.
 * @throws HerokuFailed: surely nothing was changed. AnswerLost: nobody can tell.
 */
export function createChange({ url, key, onRemaining, closed, timeoutMs = changeWithinMs }: RequestParts): Change {
  const base = url.replace(/\/$/, '');
  const always = { accept: 'application/vnd.heroku+json; version=3', authorization: `Bearer ${key}` };

  return async function change(method, path, body) {
    if (closed.aborted) throw new HerokuFailed('unavailable', 'The program stops.');
    const { status, text, requestId } = await send(method, path, body);
    const value = parse(text);
    if (status >= 500 || status === 408) throw new AnswerLost('unavailable', `Heroku answered ${status}.`, requestId);
    if (status >= 300) throw refusal(status, value, requestId, 'change this');
    if (value === undefined && text.trim() !== '') throw new AnswerLost('unavailable', notJson(text), requestId);
    return value;
  };

  function send(method: string, path: string, body: object | undefined): Promise<Sent> {
    const address = new URL(base + path);
    const bytes = Buffer.from(body === undefined ? '' : JSON.stringify(body));
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const headers = { ...always, ...type, 'content-length': String(bytes.length), 'user-agent': 'ultronex' };
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([timeout, closed]);
    const { promise, resolve, reject } = withResolvers<Sent>();
    let mayBeSent = false;
    const open = address.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = open(address, { method, headers, agent: false, signal }, (response) => {
      const remaining = Number(response.headers['ratelimit-remaining'] ?? Number.NaN);
      if (Number.isInteger(remaining) && remaining >= 0) onRemaining(remaining);
      const requestId = shortId(response.headers['request-id']?.toString());
      const { statusCode: status = 0 } = response;
      read(response).then((text) => resolve({ status, text, requestId }), fail);
    });
    request.on('socket', (socket) => {
      // Until the connection stands, nothing is sent.
      socket.once(address.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
        mayBeSent = true;
      });
    });
    request.on('error', fail);
    request.end(bytes);
    return promise;

    function fail(cause: unknown): void {
      const code = causeCode(cause);
      const message = timeout.aborted
        ? `Heroku did not answer within ${timeoutMs / 1_000} s.`
        : closed.aborted
          ? 'The program stops.'
          : `${mayBeSent ? 'The connection to Heroku broke' : 'Heroku was not reached'}${code === '' ? '' : ` (${code})`}.`;
      reject(new (mayBeSent ? AnswerLost : HerokuFailed)('unavailable', message, '', { cause }));
    }
  }
}

async function read(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += (chunk as Buffer).length;
    if (bytes > mostOfAnswer) throw new Error('the answer is larger than 1 MiB');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function withResolvers<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<T>((done, failed) => {
    resolve = done;
    reject = failed;
  });
  return { promise, resolve, reject };
}
