import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyInstance {
    /** Responses that end only when the client disconnects or the server stops. */
    eventStreams?: Set<{ end(): void }>;
  }
}

/** For so long the server still takes requests and closes the connection of each after its response. Milliseconds. */
const lastRequestsMs = 200;
/** How long a request that is under way after that may still take, milliseconds. */
const graceMs = 3_000;
const lookEveryMs = 50;

/**
 * Lets `app.close()` break nothing off that could be finished. Event streams end; their clients connect again. At first requests are
 * still served, each with `connection: close`, so that a client that keeps its connections learns of it with a response: a connection
 * that is closed without one may be closed while the next request is on its way. Then there are no new connections, and each is closed
 * once it is idle, after 3 s all. Needs `forceCloseConnections: 'idle'` and `return503OnClosing: false`.
 */
export function closeGently(app: FastifyInstance): void {
  const streams = new Set<{ end(): void }>();
  app.decorate('eventStreams', streams);
  app.addHook('preClose', async () => {
    const endStreams = () => {
      for (const stream of streams) stream.end();
    };
    endStreams();
    if (await hasConnections(app.server)) await sleep(lastRequestsMs);
    // Those that were opened meanwhile.
    endStreams();
    // Node closes only those that are idle at the moment of the close.
    const looking = setInterval(() => app.server.closeIdleConnections(), lookEveryMs).unref();
    const ending = setTimeout(() => app.server.closeAllConnections(), graceMs).unref();
    app.server.once('close', () => {
      clearInterval(looking);
      clearTimeout(ending);
    });
  });
}

const hasConnections = (server: Server): Promise<boolean> =>
  new Promise((resolve) => server.getConnections((error, count) => resolve(error === null && count > 0)));
