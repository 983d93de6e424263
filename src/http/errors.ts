import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { InvalidRequest, UltronexError } from '../domain/errors.ts';
import type { HttpDeps } from './deps.ts';
import { abyssPage } from './pages-html.ts';

/** Fastify's own errors, in words that say what to do (fastify.dev/docs/latest/Reference/Errors). */
const known: Record<string, [status: number, msg: string]> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'This content type is not taken; send application/json or text/plain.'],
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'The body is larger than 1 MiB; send less, or a link to it.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [422, 'Unprocessable request body'],
  FST_ERR_CTP_INVALID_JSON_BODY: [422, 'Unprocessable request body'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'Content-Length does not fit the body.'],
};

interface ErrorBody {
  msg: string;
  field?: string;
  reason?: string;
}

/** Every error as `{"msg": …}` with its status; what we did not foresee as 500 without its text, which goes to the log. */
export function setErrorHandling(app: FastifyInstance, { log, quote }: Pick<HttpDeps, 'log' | 'quote'>): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const [status, body] = describe(error);
    if (status >= 500) log.error({ err: error, route: request.routeOptions.url }, 'request failed');
    if (status === 503) reply.header('retry-after', '5');
    reply.status(status).send(body);
  });
  app.setNotFoundHandler((request, reply) => sendNotFound(request, reply, quote()));
}

function describe(error: FastifyError): [number, ErrorBody] {
  if (error instanceof InvalidRequest) {
    return [error.status, { msg: 'Unprocessable request body', field: error.field, reason: error.message }];
  }
  if (error instanceof UltronexError) return [error.status, { msg: error.message }];
  if (error.validation) return [422, describeValidation(error)];
  const [status, msg] = known[error.code] ?? [];
  if (status !== undefined && msg !== undefined) {
    return [status, status === 422 ? { msg, reason: 'the body is not JSON' } : { msg }];
  }
  const given = error.statusCode ?? 500;
  return given < 500
    ? [given, { msg: error.message }]
    : [500, { msg: 'Something went wrong on our side; it is in the log.' }];
}

/** Ajv's first finding, by the field's path: `msg.text`. */
function describeValidation(error: FastifyError): ErrorBody {
  const [first] = error.validation ?? [];
  const path = (first?.instancePath ?? '').slice(1).replaceAll('/', '.');
  const missing = first?.params?.missingProperty;
  const unknown = first?.params?.additionalProperty;
  const leaf = missing ?? unknown;
  const field = [path, leaf].filter(Boolean).join('.') || error.validationContext || 'body';
  const reason =
    unknown !== undefined
      ? 'is not a known field'
      : missing !== undefined
        ? 'is required'
        : (first?.message ?? 'is wrong');
  return { msg: 'Unprocessable request body', field, reason: `${field} ${reason}` };
}

function sendNotFound(request: FastifyRequest, reply: FastifyReply, quote: string): void {
  reply.status(404);
  if (request.headers.accept?.includes('text/html')) reply.type('text/html; charset=utf-8').send(abyssPage(quote));
  else reply.send({ msg: 'You have entered an Abyss', quote });
}
