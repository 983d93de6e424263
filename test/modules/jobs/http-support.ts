import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { systemClock } from '../../../src/domain/clock.ts';
import type { HttpDeps } from '../../../src/http/deps.ts';
import { createServer } from '../../../src/http/server.ts';
import { jobRoutes } from '../../../src/modules/jobs/routes.ts';
import { createMetrics } from '../../../src/observability/metrics.ts';
import { answerOf, basic } from '../../http/support.ts';
import type { ApiAnswer } from '../../support/program.ts';
import { createFakeJobs } from './fake-jobs.ts';
import { basicPeople, fakeStore } from './http-fakes.ts';

type Hooks = { after(run: () => Promise<void> | void): void };

/** The real HTTP server with the routes of jobs, on jobs in memory. People: ada (operator), bo (viewer), cy (admin); passwords as their names. */
export async function startJobs(t: Hooks, { jobs = createFakeJobs(), port = 0 } = {}) {
  const store = fakeStore();
  const deps: Partial<HttpDeps> = {
    version: '0.0.0',
    startedAt: 0,
    clock: systemClock,
    metrics: createMetrics(),
    log: pino({ level: 'silent' }),
    quote: () => '',
    off: [],
    newId: () => crypto.randomUUID(),
    people: basicPeople(),
    store: store as never,
    pages: [],
    sources: ['api'],
    webRoot: import.meta.dirname,
  };
  const server = await createServer({
    ...{ deps: deps as HttpDeps, guardSimulator: false, hostNames: [], trustedProxies: [], tags: [] },
    extra: [
      {
        plugin: jobRoutes({ jobs, clock: systemClock }),
        prefix: '/ultronex',
        requireLogin: true,
      },
    ],
  });
  await server.listen({ port, host: '127.0.0.1' });
  t.after(() => server.close());
  const origin = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  const login = (who: string) => (who.startsWith('ux_') ? `Bearer ${who}` : basic(who, who));

  return {
    ...{ jobs, origin, server, login, audit: store.audit, newToken: store.newToken },
    base: `${origin}/ultronex`,
    /** Sends a request: an object as JSON, a text unchanged with curl's content type. */
    async call(who: string, method: string, path: string, body?: unknown, more: Record<string, string> = {}) {
      const isText = typeof body === 'string';
      const type = isText ? 'application/x-www-form-urlencoded' : 'application/json';
      const response = await fetch(`${origin}/ultronex${path}`, {
        method,
        headers: { authorization: login(who), ...(body !== undefined && { 'content-type': type }), ...more },
        body: isText || body === undefined ? (body as undefined) : JSON.stringify(body),
      });
      return answerOf(response) as Promise<ApiAnswer>;
    },
  };
}
