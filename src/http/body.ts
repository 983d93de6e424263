import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import { InvalidRequest } from '../domain/errors.ts';
import { parseJson } from '../domain/json.ts';
import { decodeBody } from './decode.ts';
import { duplicateKey } from './duplicate-keys.ts';

class NotJson extends Error implements Pick<FastifyError, 'code' | 'statusCode'> {
  readonly code = 'FST_ERR_CTP_INVALID_JSON_BODY';
  readonly statusCode = 422;
}

/** How a route reads its body, with the text and the content type without parameters; default: as JSON. */
export type ReadBody = (text: string, type: string) => unknown;

declare module 'fastify' {
  interface FastifyContextConfig {
    readBody?: ReadBody;
  }
}

const jsonTypes = /^(application|text)\/([\w.!#$&^-]+\+)?json$/;
const formType = 'application/x-www-form-urlencoded';

export const isJson = (type: string): boolean => jsonTypes.test(type);
export const isForm = (type: string): boolean => type === formType;

/**
 * `curl -d` without a header says x-www-form-urlencoded, and the first system's scripts do just that: such a body is JSON,
 * unless the route reads it otherwise (`readBody`).
 */
export function setBodyParsers(app: FastifyInstance): void {
  app.removeContentTypeParser('text/plain');
  addParser(app, ['application/json', 'text/plain', formType, jsonTypes]);
}

/** For routes that take JSON alone. */
export function setJsonParser(app: FastifyInstance): void {
  addParser(app, ['application/json', jsonTypes]);
}

function addParser(app: FastifyInstance, types: (string | RegExp)[]): void {
  for (const type of types) {
    // The scope around this one may have it already.
    app.removeContentTypeParser(type);
    app.addContentTypeParser(type, { parseAs: 'buffer' }, (request: FastifyRequest, body, done) => {
      const { 'content-type': contentType = '', 'content-encoding': contentEncoding } = request.headers;
      try {
        const text = decodeBody(body as Buffer, contentType, contentEncoding);
        const read = request.routeOptions.config.readBody ?? readJson;
        done(null, read(text, mediaType(contentType)));
      } catch (error) {
        done(error as Error);
      }
    });
  }
}

/** `Application/JSON; charset=utf-8` → `application/json`. */
function mediaType(contentType: string): string {
  if (/^[a-z/-]*$/.test(contentType)) return contentType;
  return (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

/** undefined: there is nothing in it. @throws InvalidRequest, and an error for Fastify when it is not JSON */
export function readJson(text: string): unknown {
  if (!/\S/.test(text)) return undefined;
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw error instanceof InvalidRequest ? error : new NotJson('the body is not JSON');
  }
  const twice = duplicateKey(text, value);
  if (twice !== null) {
    const name = twice.slice(0, 100);
    throw new InvalidRequest('body', `the JSON has "${name}" twice in one object; send it once`);
  }
  if (hasHalfPair(text, value)) {
    throw new InvalidRequest(
      'body',
      'the JSON has half of a surrogate pair (\\ud800 to \\udfff); send the whole character',
    );
  }
  return value;
}

/** No encoding has half a pair, so it can only stand in JSON as an escape; written as UTF-8 it would become U+FFFD. */
function hasHalfPair(text: string, value: unknown): boolean {
  if (!/\\ud[89a-f]/i.test(text)) return false;
  // JSON.stringify escapes halves, and no whole pair.
  return /(?<!\\)(?:\\\\)*\\ud[89a-f]/.test(JSON.stringify(value));
}
