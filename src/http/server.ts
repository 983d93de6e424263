import basicAuth from '@fastify/basic-auth';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyRequest, LogController } from 'fastify';
import type { Api, ExtraRoutes } from './api.ts';
import { setBodyParsers, setJsonParser } from './body.ts';
import { answerClientError } from './client-errors.ts';
import type { HttpDeps } from './deps.ts';
import { answerBadAddress, setErrorHandling } from './errors.ts';
import { createHosts, refuseOtherHosts } from './hosts.ts';
import { createLoginCheck, rememberLogin } from './login.ts';
import { openApi, type Tag } from './openapi.ts';
import { pageHeaders } from './pages-html.ts';
import { botRoute } from './routes/bot.ts';
import { eventRoutes } from './routes/events.ts';
import { heartbeatRoute } from './routes/heartbeat.ts';
import { internalRoutes } from './routes/internal.ts';
import { messageRoutes } from './routes/messages.ts';
import { nameRoutes } from './routes/names.ts';
import { offRoutes } from './routes/off.ts';
import { docsPage, pageRoutes } from './routes/pages.ts';
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
  /** Of the modules’ routes. */
  tags: readonly Tag[];
  /** Ask for the password on the simulator page too. */
  guardSimulator: boolean;
  /** Host names that are ours besides those that can be nobody else's, see `hosts.ts`. */
  hostNames: readonly string[];
  /** Whose X-Forwarded- headers are believed, see `trusted-proxies.ts`. */
  trustedProxies: readonly string[];
}

const bodyLimit = 1024 * 1024;

/** The HTTP server with all routes; not listening yet. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { deps, extra, guardSimulator } = options;
  const { log, metrics } = deps;
  const app = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    // A line a request costs more than the request does; HAProxy logs them.
    logController: new LogController({ disableRequestLogging: true }),
    // One logger for all: a child a request costs more than the rest of Fastify's work for it.
    childLoggerFactory: (logger) => logger,
    bodyLimit,
    trustProxy: createTrust(options.trustedProxies),
    forceCloseConnections: true,
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: 256, ignoreTrailingSlash: false },
    frameworkErrors: answerBadAddress,
    clientErrorHandler: answerClientError,
  }) as unknown as FastifyInstance;

  app.addHook('onRequest', refuseOtherHosts(createHosts(options.hostNames)));
  setErrorHandling(app, deps);
  app.setValidatorCompiler(checkParts);
  setJsonParser(app);
  await app.register(swagger, openApi(deps.version, options.tags));
  await app.register(basicAuth, {
    authenticate: { realm: 'Ultronex' },
    validate: createLoginCheck(deps).validate as never,
  });
  const requireLogin = rememberLogin(app.basicAuth);

  app.addHook('onRequest', refuseCrossSite);
  await app.register(async (bare) => heartbeatRoute(bare), { prefix: '/ultronex' });
  internalRoutes(app, deps);
  await app.register(
    async (open) => {
      measure(open, metrics);
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
      const typed = api as unknown as Api;
      slackRoutes(typed, deps);
      webhookRoute(typed, deps);
      messageRoutes(typed, deps);
      statsRoutes(typed, deps);
      trackRoutes(typed, deps);
      nameRoutes(typed, deps);
      eventRoutes(typed, deps);
      api.get('/openapi.json', { schema: { hide: true } }, (_request, reply) => {
        reply.send(app.swagger());
      });
    },
    { prefix: '/ultronex' },
  );
  await app.register(async (docs) => {
    // As a hook of the scope: the plugin's own one leaves its static files out.
    docs.addHook('onRequest', requireLogin);
    docs.addHook('onRequest', docsPage(deps));
    await docs.register(swaggerUi, {
      routePrefix: '/ultronex/docs',
      // The plugin's own one loads everything over https, which a server without a certificate does not speak.
      staticCSP: pageHeaders['content-security-policy'],
    });
  });
  for (const { plugin, prefix, requireLogin: guarded, anyHost = false, scope: reach } of extra) {
    await app.register(
      async (scope) => {
        measure(scope, metrics);
        if (guarded) scope.addHook('onRequest', requireLogin);
        if (!anyHost) refuseIgnoredInput(scope);
        scope.addHook('onRoute', (route) => {
          route.config = { scope: reach, ...route.config, ...(anyHost && { anyHost }) };
        });
        await scope.register(plugin);
      },
      { prefix },
    );
  }
  await app.ready();
  return app;
}

/** Times the requests of one plugin; the heartbeat is left out, it is asked far more often than it is looked at. */
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
