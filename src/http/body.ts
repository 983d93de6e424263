import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import { InvalidRequest } from '../domain/errors.ts';
import { parseJson } from '../domain/json.ts';
import { duplicateKey } from '../lib/duplicate-keys.ts';
import { decodeBody } from './decode.ts';

class NotJson extends Error implements Pick<FastifyError, 'code' | 'statusCode'> {
  readonly code = 'FST_ERR_CTP_INVALID_JSON_BODY';
  readonly statusCode = 422;
}

/** How a route parses its body; the default is `readJson`. @param type the content type in lower case, without parameters */
export type ReadBody = (text: string, type: string) => unknown;

declare module 'fastify' {
  interface FastifyContextConfig {
    readBody?: ReadBody;
  }
}

const jsonTypes = /^(application|text)\/([\w.!#$&^-]+\+)?json$/;
const formType = 'application/x-www-form-urlencoded';

/** @param type a content type without parameters */
export const isJson = (type: string): boolean => jsonTypes.test(type);
export const isForm = (type: string): boolean => type === formType;

/**
 * Adds parsers for JSON, plain text and forms. Existing scripts use `curl -d` without a header, which sends JSON as
 * x-www-form-urlencoded: a form body is parsed as JSON too, unless the route has its own `readBody`.
 */
export function setBodyParsers(app: FastifyInstance): void {
  app.removeContentTypeParser('text/plain');
  addParser(app, ['application/json', 'text/plain', formType, jsonTypes]);
}

/** Adds a parser for JSON only. */
export function setJsonParser(app: FastifyInstance): void {
  addParser(app, ['application/json', jsonTypes]);
}

function addParser(app: FastifyInstance, types: (string | RegExp)[]): void {
  for (const type of types) {
    // Fastify throws when the enclosing scope has a parser for this type already.
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

/**
 * Parses JSON; returns undefined for a blank text.
 * @throws NotJson, and InvalidRequest for a duplicate key or half of a surrogate pair
 */
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

/** Half of a surrogate pair can only occur as an escape such as `\ud83d`. Written as UTF-8 it would become U+FFFD. */
function hasHalfPair(text: string, value: unknown): boolean {
  if (!/\\ud[89a-f]/i.test(text)) return false;
  // JSON.stringify escapes a lone half, and never a whole pair.
  return /(?<!\\)(?:\\\\)*\\ud[89a-f]/.test(JSON.stringify(value));
}
