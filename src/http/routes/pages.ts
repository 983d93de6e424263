import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import type { HttpDeps } from '../deps.ts';
import { pageHeaders } from '../pages-html.ts';

/** The pages that Vite built. `guardSimulator` also asks for the password on the simulator page. */
export async function pageRoutes(
  app: FastifyInstance,
  { webRoot, pages }: Pick<HttpDeps, 'webRoot' | 'pages'>,
  requireLogin: onRequestHookHandler,
  guardSimulator: boolean,
): Promise<void> {
  await app.register(fastifyStatic, {
    root: join(webRoot, 'assets'),
    prefix: '/assets/',
    // Their names carry a hash of their content.
    immutable: true,
    maxAge: '365d',
    decorateReply: false,
  });
  for (const { name, open } of pages) {
    // The page of /ultronex/docs takes the place of the one of Swagger UI, see below.
    if (name === 'docs') continue;
    const html = readPage(join(webRoot, `${name}.html`));
    const guarded = !open || (guardSimulator && name === 'simulator');
    app.get(
      name === 'index' ? '/' : `/${name}`,
      { schema: { hide: true }, onRequest: guarded ? [requireLogin] : [] },
      (_request, reply) => {
        reply.headers(pageHeaders).type('text/html; charset=utf-8').send(html);
      },
    );
  }
}

/** Our page in place of the one of the plugin, which knows neither phones nor dark rooms. For a hook of its scope. */
export function docsPage({ webRoot }: Pick<HttpDeps, 'webRoot'>): onRequestHookHandler {
  const html = readPage(join(webRoot, 'docs.html'));
  return (request, reply, done) => {
    if (!/^\/ultronex\/docs\/?$/.test(request.routeOptions.url ?? '')) return done();
    reply.headers(pageHeaders).type('text/html; charset=utf-8').send(html);
  };
}

function readPage(path: string): string {
  if (existsSync(path)) return readFileSync(path, 'utf8');
  return '<!doctype html><title>Ultronex</title><p>The pages are not built: run <code>npm run build</code>.</p>';
}
