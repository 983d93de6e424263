import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import type { HttpDeps } from '../deps.ts';
import { pageHeaders } from '../pages-html.ts';
import { wantsPage } from '../problems.ts';

/** Adds the pages that Vite built, and their assets. @param guardSimulator whether the simulator page requires the login */
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
  for (const { name, open, isRoute } of pages) {
    // `docsPage` serves this one in place of Swagger UI's page.
    if (name === 'docs' || isRoute) continue;
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

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The page that the route sends to browsers in place of JSON. */
    page?: string;
  }
}

/** Makes routes with `config.page` send their page to browsers, after the checks of login and scope. */
export function routesWithPages(app: FastifyInstance, { webRoot }: Pick<HttpDeps, 'webRoot'>): void {
  app.addHook('onRoute', (route) => {
    if (route.config?.page === undefined) return;
    const html = readPage(join(webRoot, `${route.config.page}.html`));
    const sendPage: onRequestHookHandler = (request, reply, done) => {
      reply.header('vary', 'accept');
      if (!wantsPage(request.headers.accept)) return done();
      reply.headers(pageHeaders).type('text/html; charset=utf-8').send(html);
    };
    route.onRequest = [...[route.onRequest ?? []].flat(), sendPage];
  });
}

/** Returns a hook that serves our page in place of Swagger UI's, which supports neither small screens nor dark mode. */
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
