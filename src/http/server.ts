import basicAuth from '@fastify/basic-auth';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyRequest, LogController } from 'fastify';
import { createAccess } from './access.ts';
import type { Api, ExtraRoutes } from './api.ts';
import { addAuditTrail } from './audit-trail.ts';
import { setBodyParsers, setJsonParser } from './body.ts';
import { answerClientError } from './client-errors.ts';
import { closeGently } from './close-gently.ts';
import type { HttpDeps } from './deps.ts';
import { answerBadAddress, setErrorHandling } from './errors.ts';
import { createHosts, refuseOtherHosts } from './hosts.ts';
import { createLoginCheck } from './login.ts';
import { openApi, type Tag } from './openapi.ts';
import { pageHeaders } from './pages-html.ts';
import { requireScopes } from './route-scopes.ts';
import { botRoute } from './routes/bot.ts';
import { eventRoutes } from './routes/events.ts';
import { heartbeatRoute } from './routes/heartbeat.ts';
import { internalRoutes } from './routes/internal.ts';
import { messageRoutes } from './routes/messages.ts';
import { nameRoutes } from './routes/names.ts';
import { offRoutes } from './routes/off.ts';
import { docsPage, pageRoutes, routesWithPages } from './routes/pages.ts';
import { rootRoute } from './routes/root.ts';
import { slackRoutes } from './routes/slack.ts';
import { statsRoutes } from './routes/stats.ts';
import { statusRoute } from './routes/status.ts';
import { trackRoutes } from './routes/track.ts';
import { webhookRoute } from './routes/webhook.ts';
import { refuseCrossSite } from './same-site.ts';
import { refuseIgnoredInput } from './strict.ts';
import { createTrust } from './trusted-proxies.ts';
import { checkParts } from './validate.ts';

interface ServerOptions {
  deps: HttpDeps;
  extra: readonly ExtraRoutes[];
  /** OpenAPI tags of the modules' routes. */
  tags: readonly Tag[];
  /** Whether the simulator page requires the login. */
  guardSimulator: boolean;
  /** Host names to accept besides the safe ones of `hosts.ts`. */
  hostNames: readonly string[];
  /** Proxies whose X-Forwarded- headers are trusted, see `trusted-proxies.ts`. */
  trustedProxies: readonly string[];
}

const bodyLimit = 1024 * 1024;

/** Returns the HTTP server with all routes; it does not listen yet. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { deps, extra, guardSimulator } = options;
  const { log, metrics } = deps;
  const app = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    // A log line per request would cost more than the request. HAProxy logs requests.
    logController: new LogController({ disableRequestLogging: true }),
    // One logger for all requests: a child logger per request costs more than the rest of Fastify's work.
    childLoggerFactory: (logger) => logger,
    bodyLimit,
    trustProxy: createTrust(options.trustedProxies),
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: 256, ignoreTrailingSlash: false },
    frameworkErrors: answerBadAddress,
    clientErrorHandler: answerClientError,
  }) as unknown as FastifyInstance;

  closeGently(app);
  app.addHook('onRequest', refuseOtherHosts(createHosts(options.hostNames)));
  setErrorHandling(app, deps);
  addAuditTrail(app, deps);
  app.setValidatorCompiler(checkParts);
  setJsonParser(app);
  await app.register(swagger, openApi(deps.version, options.tags));
  await app.register(basicAuth, {
    authenticate: { realm: 'Ultronex' },
    validate: createLoginCheck(deps).validate as never,
  });
  const requireLogin = createAccess(deps, app.basicAuth);
  app.decorate('requireLogin', requireLogin);

  app.addHook('onRequest', refuseCrossSite);
  await app.register(async (bare) => heartbeatRoute(bare), { prefix: '/ultronex' });
  internalRoutes(app, deps);
  rootRoute(app, deps);
  await app.register(
    async (open) => {
      measure(open, metrics);
      requireScopes(open, 'read');
      await pageRoutes(open, deps, requireLogin, guardSimulator);
      offRoutes(open, deps, requireLogin);
      await open.register(async (limited) => {
        refuseIgnoredInput(limited);
        statusRoute(limited, deps, requireLogin);
        await limited.register(async (bot) => botRoute(bot, deps));
      });
    },
    { prefix: '/ultronex' },
  );
  await app.register(
    async (api) => {
      measure(api, metrics);
      setBodyParsers(api);
      refuseIgnoredInput(api);
      api.addHook('onRequest', requireLogin);
      requireScopes(api);
      const typed = api as unknown as Api;
      slackRoutes(typed, deps);
      webhookRoute(typed, deps);
      messageRoutes(typed, deps);
      statsRoutes(typed, deps);
      trackRoutes(typed, deps);
      nameRoutes(typed);
      eventRoutes(typed, deps);
      api.get('/openapi.json', { config: { scope: 'read' }, schema: { hide: true } }, (_request, reply) => {
        reply.send(app.swagger());
      });
    },
    { prefix: '/ultronex' },
  );
  await app.register(async (docs) => {
    // A hook of this scope, since the plugin's option `uiHooks` does not cover its static files.
    docs.addHook('onRequest', requireLogin);
    requireScopes(docs, 'read');
    docs.addHook('onRequest', docsPage(deps));
    await docs.register(swaggerUi, {
      routePrefix: '/ultronex/docs',
      // The plugin's default policy upgrades requests to https, which a server without a certificate does not speak.
      staticCSP: pageHeaders['content-security-policy'],
    });
  });
  for (const { plugin, prefix, requireLogin: guarded, anyHost = false, scope: reach } of extra) {
    await app.register(
      async (scope) => {
        measure(scope, metrics);
        if (guarded) {
          scope.addHook('onRequest', requireLogin);
        }
        if (guarded || reach !== undefined) requireScopes(scope, reach);
        if (!anyHost) refuseIgnoredInput(scope);
        scope.addHook('onRoute', (route) => {
          if (anyHost) route.config = { ...route.config, anyHost };
        });
        routesWithPages(scope, deps);
        await scope.register(plugin);
      },
      { prefix },
    );
  }
  await app.ready();
  return app;
}

/** Measures the requests of one scope. The heartbeat is not measured: it is requested far more often than its metric is read. */
function measure(app: FastifyInstance, metrics: HttpDeps['metrics']): void {
  for (const status of ['2xx', '4xx', '5xx']) metrics.httpSeconds.zero({ route: 'none', method: 'GET', status });
  app.addHook('onRoute', ({ url: route, method: methods }) => {
    for (const method of [methods].flat()) {
      if (method !== 'HEAD') metrics.httpSeconds.zero({ route, method, status: '2xx' });
    }
  });
  app.addHook('onResponse', (request: FastifyRequest, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const status = `${Math.trunc(reply.statusCode / 100)}xx`;
    metrics.httpSeconds.observe({ route, method: request.method, status }, reply.elapsedTime / 1_000);
    done();
  });
}
