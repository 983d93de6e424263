import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import type { TObject } from 'typebox';
import { InvalidRequest } from '../domain/errors.ts';
import { Type } from '../lib/schema.ts';

const noQuery = Type.Object({}, { additionalProperties: false });

const team = Type.Optional(
  Type.String({
    description: 'The id of the workspace; for the operator only. Default: that of the token, else the operator’s.',
  }),
);

/** Adds `team`, which is taken out of the query before its validation, so that error messages and the documentation name it. */
const withTeam = (query: object) => ({ ...query, properties: { ...(query as Partial<TObject>).properties, team } });

/**
 * Makes a scope strict: a query or a body is refused with 422 where the route takes none, like an unknown field.
 * Call it before the scope's routes are added.
 */
export function refuseIgnoredInput(scope: FastifyInstance): void {
  scope.addHook('onRoute', (route: RouteOptions) => {
    route.schema ??= {};
    route.schema.querystring ??= noQuery;
    if (route.config?.perTeam) route.schema.querystring = withTeam(route.schema.querystring as object);
    const takesBody = route.schema.body !== undefined || route.config?.ownBody === true;
    if (takesBody || [route.method].flat().every((method) => method === 'GET' || method === 'HEAD')) return;
    route.preValidation = [refuseBody, ...[route.preValidation ?? []].flat()];
  });
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route takes a body that no schema describes. */
    ownBody?: boolean;
  }
}

function refuseBody({ body }: FastifyRequest, _reply: unknown, done: (error?: Error) => void): void {
  const nothing = body === undefined || body === null || (typeof body === 'object' && Object.keys(body).length === 0);
  done(nothing ? undefined : new InvalidRequest('body', 'this address takes no body; send none'));
}
