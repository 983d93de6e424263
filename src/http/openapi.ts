import type { FastifyDynamicSwaggerOptions, SwaggerTransform } from '@fastify/swagger';
import type { FastifySchema } from 'fastify';
import { errorView } from './views.ts';

export interface Tag {
  name: string;
  description: string;
}

/** Returns options that generate OpenAPI 3.1 from the routes' schemas. @param tags those of the modules */
export function openApi(version: string, tags: readonly Tag[]): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Ultronex',
        version,
        description: 'Post to Slack and see what became of it; tracked patterns, counters, errors.',
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          basic: { type: 'http', scheme: 'basic', description: 'A person with a password.' },
          bearer: { type: 'http', scheme: 'bearer', description: 'An API token: `ux_…`. Each route names the scope.' },
        },
      },
      security: [{ basic: [] }],
      tags: [
        { name: 'messages', description: 'Post, follow, edit, withdraw.' },
        ...tags,
        { name: 'patterns', description: 'Who is told about what.' },
        { name: 'state', description: 'Counters, errors, what happens now.' },
        { name: 'replies', description: 'The motivational bot.' },
        { name: 'health', description: 'Open to everybody.' },
      ],
    },
    transform,
  };
}

/** The meaning of an error status, the same on every route. */
const problems: Record<number | string, string> = {
  400: 'The address or the HTTP request itself cannot be read.',
  401: 'User name and password, or the token, are missing or wrong; or the token has ended.',
  403: 'The token or the role has no access to this; or a browser sent it on behalf of another site.',
  404: 'The object does not exist.',
  409: 'Its state does not allow this.',
  413: 'The body is larger than 1 MiB.',
  414: 'A part of the address is longer than 256 characters.',
  415: 'Neither JSON, a form nor text, or in an encoding that is not known.',
  421: 'The request is for a host name that this server does not know.',
  422: 'A field is missing or wrong; `field` names it.',
  429: 'Too many requests; retry after `Retry-After` seconds.',
  431: 'The address and the headers are larger than 16 KiB.',
  503: 'Nothing was accepted; retry after `Retry-After` seconds.',
};

const problem = (status: number | string) => ({ ...errorView, description: problems[status] });

/** Adds the errors that the server returns before a route runs, and a description to every error. */
const transform: SwaggerTransform = ({ schema, url, route }) => {
  if (schema === undefined || schema.hide) return { schema, url };
  const statuses = common(schema, [route.method].flat());
  const own = Object.entries((schema.response ?? {}) as Record<string, object>);
  const response = Object.fromEntries([
    ...statuses.map((status) => [status, problem(status)]),
    ...own.map(([status, answer]) => [
      status,
      answer === errorView ? problem(status) : { description: 'Done.', ...answer },
    ]),
  ]);
  const { scope } = route.config ?? {};
  if (schema.security !== undefined || scope === undefined) return { schema: { ...schema, response }, url };
  // One of them is enough. OpenAPI 3.1 names the roles that a bearer token needs in the list.
  const security = [{ basic: [] }, ...[scope].flat().map((each) => ({ bearer: [each as string] }))];
  return { schema: { ...schema, response, security }, url };
};

function common(schema: FastifySchema, methods: readonly string[]): number[] {
  const guarded = schema.security === undefined;
  const changes = !methods.includes('GET');
  return [
    ...(guarded ? [401, 403] : []),
    ...(changes ? [403] : []),
    ...(schema.params ? [400, 414, 422, 431] : []),
    ...(schema.querystring || schema.headers ? [422, 431] : []),
    ...(changes ? [413, 415, 422] : []),
  ];
}
