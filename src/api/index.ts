/**
 * Types of the HTTP API's bodies, for its clients: the pages and the command line. `paths.ts` is made from the OpenAPI
 * document, so a client that no longer fits a route does not compile.
 */
import type { paths } from './paths.ts';

type Path = keyof paths;
type Operation<P extends Path, M extends string> = paths[P][M & keyof paths[P]];

/** The JSON that a route returns: `Answer<'/ultronex/messages/{id}'>` for a GET with status 200. */
export type Answer<P extends Path, M extends string = 'get', Status extends number = 200> =
  Operation<P, M> extends { responses: infer Responses }
    ? Responses[Status & keyof Responses] extends { content: { 'application/json': infer Body } }
      ? Body
      : never
    : never;

/** The JSON that a route takes: `Body<'/ultronex/track', 'post'>`. */
export type Body<P extends Path, M extends string> =
  Operation<P, M> extends { requestBody: { content: { 'application/json': infer Taken } } } ? Taken : never;

/** The parameters behind the `?` of a GET. */
export type Query<P extends Path> = Operation<P, 'get'> extends { parameters: { query?: infer Given } } ? Given : never;

/** The body of every error. */
export type Problem = Answer<'/ultronex/messages', 'get', 422>;
/** A line of the ledger. */
export type Delivery = Answer<'/ultronex/messages/{id}'>;
/** A tracked pattern and who holds it. */
export type Subscription = Extract<Answer<'/ultronex/track'>, { subscriptions: unknown[] }>['subscriptions'][number];
/** The answer to a pattern that is tried on a text. */
export type PatternTest = Answer<'/ultronex/track/test', 'post'>;
