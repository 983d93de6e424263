import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';

/** OpenAPI 3.1, made from the schemas of the routes. */
export function openApi(version: string): FastifyDynamicSwaggerOptions {
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
        { name: 'patterns', description: 'Who is told about what.' },
        { name: 'state', description: 'Counters, errors, what happens now.' },
        { name: 'replies', description: 'The motivational bot.' },
        { name: 'health', description: 'Open to everybody.' },
      ],
    },
  };
}
