import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import { InvalidRequest } from '../domain/errors.ts';
import { parseJson } from '../domain/json.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body is a text, whatever its type says. */
    plainText?: boolean;
  }
}

class NotJson extends Error implements Pick<FastifyError, 'code' | 'statusCode'> {
  readonly code = 'FST_ERR_CTP_INVALID_JSON_BODY';
  readonly statusCode = 422;
}

/**
 * `curl -d` without a header says x-www-form-urlencoded, and the first system's scripts do just that:
 * such a body is JSON, or the text itself where a route takes one. Nothing here takes forms.
 */
export function setBodyParsers(app: FastifyInstance): void {
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser(
    ['application/json', 'text/plain', 'application/x-www-form-urlencoded'],
    { parseAs: 'string' },
    (request: FastifyRequest, body, done) => {
      const text = String(body);
      if (request.routeOptions.config.plainText) return done(null, text);
      if (text.trim() === '') return done(null, undefined);
      try {
        done(null, parseJson(text));
      } catch (error) {
        done(error instanceof InvalidRequest ? error : new NotJson('the body is not JSON'));
      }
    },
  );
}

/** For routes that take JSON alone: the same depth limit, and Fastify's own answer to what is not JSON. */
export function setJsonParser(app: FastifyInstance): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    const text = String(body);
    if (text === '') return done(null, undefined);
    try {
      done(null, parseJson(text));
    } catch (error) {
      done(error instanceof InvalidRequest ? error : new NotJson('the body is not JSON'));
    }
  });
}
