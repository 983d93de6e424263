import pino from 'pino';
import { deliverySources, pages } from '../../src/app/index.ts';
import { systemClock } from '../../src/domain/clock.ts';
import type { HttpDeps } from '../../src/http/deps.ts';
import { createServer } from '../../src/http/server.ts';
import { openEventStream } from '../../src/http/sse.ts';
import { modules } from '../../src/modules/index.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { createPeople } from '../../src/people/index.ts';
import type { Store } from '../../src/ports/store.ts';
import { simulatorRoutes } from '../../src/simulator/routes.ts';
import { createSimulator } from '../../src/simulator/simulator.ts';
import { createHttpPlugin } from '../../src/slack/http.ts';
import { table } from './markers.ts';
import { openAllModules } from './modules.ts';

interface Operation {
  summary?: string;
  security?: { bearer?: string[] }[];
}

/** The routes of the OpenAPI document, in its order. */
export async function routeTable(): Promise<string> {
  const server = await serverForDocs();
  const { paths = {} } = server.swagger() as { paths?: Record<string, Record<string, Operation>> };
  await server.close();
  const rows = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { summary = '', security = [] }]) => [
      `\`${method.toUpperCase()} ${path}\``,
      security.flatMap(({ bearer = [] }) => bearer.map((scope) => `\`${scope}\``)).join(' or '),
      summary,
    ]),
  );
  return table(['route', 'scope', 'what it does'], rows);
}

/** A server with all routes and nothing behind them: making one asks nothing of its parts. */
export async function serverForDocs() {
  const parts: Partial<HttpDeps> = {
    version: '0.0.0',
    startedAt: 0,
    clock: systemClock,
    metrics: createMetrics(),
    log: pino({ level: 'silent' }),
    quote: () => '',
    off: [],
    people: createPeople({ accounts: [], slack: new Map() }),
    store: {} as Store,
    pages,
    sources: deliverySources,
    webRoot: import.meta.dirname,
  };
  const simulator = createSimulator(systemClock.now, () => {});
  const slack = createHttpPlugin({ signingSecret: 'none', eventsBy: 'http' } as Parameters<typeof createHttpPlugin>[0]);
  const extra = [
    { plugin: simulatorRoutes(simulator, openEventStream), prefix: '/ultronex/simulator', requireLogin: false },
    { plugin: slack, prefix: '', requireLogin: false },
    ...(await openAllModules()).flatMap(({ routes = [] }) => routes),
  ];
  return createServer({
    ...{ deps: parts as HttpDeps, extra, guardSimulator: false, hostNames: [], trustedProxies: [] },
    tags: modules.flatMap(({ tags = [] }) => tags),
  });
}
