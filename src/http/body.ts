import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';

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
        done(null, JSON.parse(text));
      } catch {
        done(new NotJson('the body is not JSON'));
      }
    },
  );
}
