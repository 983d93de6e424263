import type { FastifyDynamicSwaggerOptions, SwaggerTransform } from '@fastify/swagger';
import type { FastifySchema } from 'fastify';
import { errorView } from './views.ts';

export interface Tag {
  name: string;
  description: string;
}

/** OpenAPI 3.1, made from the schemas of the routes. `tags`: of the modules. */
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
      components: { securitySchemes: { basic: { type: 'http', scheme: 'basic' } } },
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

/** What an error status means, wherever it comes. */
const problems: Record<number | string, string> = {
  400: 'The address or the HTTP request itself cannot be read.',
  401: 'User name or password is missing or wrong.',
  403: 'A browser sent this on behalf of another site.',
  404: 'There is no such thing.',
  409: 'Its state does not allow this.',
  413: 'The body is larger than 1 MiB.',
  414: 'A part of the address is longer than 256 characters.',
  415: 'Neither JSON, a form nor text, or in an encoding that is not known.',
  421: 'The request is for a host name that this server does not know.',
  422: 'A field is missing or wrong; `field` names it.',
  429: 'Too many requests; `Retry-After` says when the next one is taken.',
  431: 'The address and the headers are larger than 16 KiB.',
  503: 'Nothing was taken; try again. `Retry-After` says when.',
};

const problem = (status: number | string) => ({ ...errorView, description: problems[status] });

/** Adds the answers that the server gives before a route sees the request, and says in words what each error means. */
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
  return { schema: { ...schema, response }, url };
};

function common(schema: FastifySchema, methods: readonly string[]): number[] {
  const guarded = schema.security === undefined;
  const changes = !methods.includes('GET');
  return [
    ...(guarded ? [401] : []),
    ...(changes ? [403] : []),
    ...(schema.params ? [400, 414, 422, 431] : []),
    ...(schema.querystring || schema.headers ? [422, 431] : []),
    ...(changes ? [413, 415, 422] : []),
  ];
}
