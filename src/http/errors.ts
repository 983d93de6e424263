import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, InvalidQuery, InvalidRequest, UltronexError } from '../domain/errors.ts';
import type { HttpDeps } from './deps.ts';
import { collectMethods } from './methods.ts';
import { type ErrorBody, sendProblem } from './problems.ts';
import { shapeInWords } from './shapes.ts';

/** Messages with a remedy for Fastify's own errors (fastify.dev/docs/latest/Reference/Errors). */
const known: Record<string, [status: number, msg: string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'The body is larger than 1 MiB; send less, or a link to it.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [422, 'Unprocessable request body'],
  FST_ERR_CTP_INVALID_JSON_BODY: [422, 'Unprocessable request body'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'Content-Length does not fit the body.'],
  FST_ERR_BAD_URL: [400, 'This address is not valid; write % as %25 in it.'],
  FST_ERR_MAX_PARAM_LENGTH: [414, 'A part of this address is longer than 256 characters.'],
};

/**
 * Sends every error as `{"msg": …}` with its status, or as a page to a browser. An unexpected error is a 500 without its
 * message, which goes to the log.
 */
export function setErrorHandling(app: FastifyInstance, { log, quote }: Pick<HttpDeps, 'log' | 'quote'>): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const [status, body] = errorResponse(error, request);
    if (status >= 500 && !isLogged(error)) log.error({ err: error, route: request.routeOptions.url }, 'request failed');
    const { retryAfterSeconds = status === 503 ? 5 : undefined } = error as { retryAfterSeconds?: number };
    if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
    sendProblem(request, reply, status, body);
  });
  const methodsOf = collectMethods(app);
  // Before the body is parsed: an unknown address is a 404 even if its body is malformed.
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done();
    const allowed = methodsOf(request.url);
    if (allowed.length === 0) sendNotFound(request, reply, quote());
    else sendNotAllowed(request, reply, allowed.join(', '));
  });
  app.setNotFoundHandler((request, reply) => sendNotFound(request, reply, quote()));
}

/** For Fastify's `frameworkErrors`: a malformed address has no route, so the error handler does not run. */
export function answerBadAddress(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const [status, body] = errorResponse(error, request);
  sendProblem(request, reply, status, body);
}

export const callerOf = ({ principal, method }: Pick<FastifyRequest, 'principal' | 'method'>): Caller => ({
  // A request with a malformed address has no principal, because no hook has run.
  isOperator: principal != null && principal.team === undefined,
  isReader: method === 'GET' || method === 'HEAD',
});

export const isLogged = (error: unknown): boolean => error instanceof UltronexError && error.isLogged;

/** @param part the part of the request that is wrong, as Fastify's `validationContext` names it */
function unprocessable(part = 'body'): string {
  const name = { querystring: 'query', params: 'address', headers: 'header' }[part];
  return `Unprocessable ${name ?? 'request body'}`;
}

function errorResponse(error: FastifyError, request: FastifyRequest): [number, ErrorBody] {
  if (error instanceof InvalidRequest) {
    const part = error instanceof InvalidQuery || callerOf(request).isReader ? 'querystring' : 'body';
    return [error.status, { msg: unprocessable(part), field: error.field, reason: error.message }];
  }
  if (error instanceof UltronexError) return [error.status, { msg: error.told(callerOf(request)) }];
  if (error.validation) return [422, describeValidation(error)];
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return notTaken(request);
  const [status, msg] = known[error.code] ?? [];
  if (status !== undefined && msg !== undefined) {
    return [status, status === 422 ? { msg, field: 'body', reason: 'the body is not JSON' } : { msg }];
  }
  const given = error.statusCode ?? 500;
  return given < 500
    ? [given, { msg: error.message }]
    : [500, { msg: 'Something went wrong on our side; it is in the log.' }];
}

/** Names the accepted content types: those of the schema's `consumes`, else JSON. */
function notTaken({ headers, routeOptions }: FastifyRequest): [number, ErrorBody] {
  const { consumes = ['application/json'] } = (routeOptions.schema ?? {}) as { consumes?: readonly string[] };
  const given = headers['content-type']?.slice(0, 100) ?? '';
  return [415, { msg: `The content type "${given}" is not taken; send ${consumes.join(' or ')}.` }];
}

/** Describes the first validation error, with the path of its field such as `msg.text`. */
export function describeValidation(
  error: Pick<FastifyError, 'validation' | 'validationContext'>,
): ErrorBody & { reason: string } {
  const [{ keyword = '', instancePath = '', params = {}, message = 'is wrong' } = {}] = error.validation ?? [];
  const path = instancePath.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~');
  const [missing] = (params.requiredProperties ?? []) as string[];
  const field = [path, missing].filter(Boolean).join('.') || error.validationContext || 'body';
  return {
    msg: unprocessable(error.validationContext),
    field,
    reason: `${field} ${reasonOf(keyword, params, message)}`,
  };
}

function reasonOf(keyword: string, params: Record<string, unknown>, message: string): string {
  if (keyword === 'required') return 'is required';
  if (keyword === 'unknown') {
    const known = params.known as string[];
    const hint = known.length === 0 ? 'there are none here' : `known are ${known.join(', ')}`;
    return `is not a known field; ${params.hint === null ? hint : `did you mean ${params.hint}?`}`;
  }
  // `additionalProperties: false` reports an unknown field as a mismatch with the boolean schema `false`.
  if (keyword === 'boolean') return 'is not a known field';
  if (keyword === 'enum') return mustBe(params.allowedValues as unknown[]);
  if (keyword === 'const') return mustBe([params.allowedValue]);
  if (keyword === 'minProperties') return 'has no field; give at least one';
  return (keyword === 'pattern' ? shapeInWords(params.pattern) : undefined) ?? message;
}

function mustBe(values: readonly unknown[]): string {
  return `must be ${values.length > 1 ? 'one of ' : ''}${values.join(', ')}`;
}

function sendNotAllowed(request: FastifyRequest, reply: FastifyReply, allowed: string): void {
  reply.header('allow', allowed);
  sendProblem(request, reply, 405, {
    msg: `${request.method} is not taken at this address; ${allowed} would be.`,
  });
}

function sendNotFound(request: FastifyRequest, reply: FastifyReply, quote: string): void {
  const path = request.url.split('?', 1)[0]?.slice(0, 200) ?? '';
  const reason = `There is nothing at ${path}. The addresses are at /ultronex/docs.`;
  sendProblem(request, reply, 404, { msg: 'You have entered an Abyss', reason, quote });
}
