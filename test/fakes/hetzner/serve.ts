import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from './errors.ts';
import type { FaultSpec, Faults } from './faults.ts';
import type { Answer } from './http.ts';
import { bearerToken, parseBody, readBody, send } from './http.ts';
import { readFields } from './input.ts';
import type { createLimiter } from './limits.ts';
import type { createRouter } from './router.ts';
import type { FakeCall } from './types.ts';

interface ServeParts {
  token: string;
  latencyMs: number;
  now: () => number;
  calls: FakeCall[];
  faults: Faults;
  limiter: ReturnType<typeof createLimiter>;
  router: ReturnType<typeof createRouter>;
  stop: AbortSignal;
}

/** Records the request, lets a fault strike, routes it, answers. */
export function createServe({ token, latencyMs, now, calls, faults, limiter, router, stop }: ServeParts) {
  function answer(call: FakeCall, given: string | undefined, text: string): Answer {
    if (given !== token) throw new ApiError('unauthorized', 'unable to authenticate', 401);
    const { handler, params } = router.find(call.method, call.path);
    call.body = parseBody(text);
    return handler({ params, query: new URLSearchParams(call.query), fields: readFields(call.body) });
  }

  function routeOf(call: FakeCall): string | undefined {
    try {
      return router.find(call.method, call.path).route;
    } catch {
      return undefined;
    }
  }

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const text = await readBody(req);
    const { pathname, search } = new URL(req.url ?? '/', 'http://localhost');
    const path = pathname.replace(/^\/v1(?=\/|$)/, '');
    const call: FakeCall = { method: req.method ?? 'GET', path, query: search, body: {}, at: now(), status: 'pending' };
    calls.push(call);
    const { allowed, headers } = limiter.take();
    headers['x-correlation-id'] = randomBytes(8).toString('hex');
    const fault = faults.takeRequest(call.method, path, routeOf(call));
    const waitMs = latencyMs + (fault?.delayMs ?? 0);
    if (waitMs > 0) await sleep(waitMs, undefined, { signal: stop }).catch(() => undefined);
    if (fault?.retryAfterS !== undefined) headers['retry-after'] = String(fault.retryAfterS);

    const reply = caught(() => {
      if (!pathname.startsWith('/v1/')) throw new ApiError('not_found', `${pathname} is not below /v1`, 404);
      if (!allowed) throw new ApiError('rate_limit_exceeded', 'limit of requests per hour reached', 429);
      if (fault && refuses(fault)) {
        const { code = 'server_error', message = code, status = 500 } = fault;
        throw new ApiError(code, message, status);
      }
      return answer(call, bearerToken(req), text);
    });
    call.error = (reply.body?.error as { code?: string } | undefined)?.code;
    call.status = fault?.lost ? 'dropped' : reply.status;
    if (fault?.lost) res.socket?.destroy();
    else send(res, reply, headers);
  }

  return (req: IncomingMessage, res: ServerResponse): void => {
    serve(req, res).catch((error: Error) => {
      send(res, { status: 500, body: new ApiError('server_error', error.stack ?? error.message, 500).body }, {});
    });
  };
}

const refuses = ({ code, status, lost, delayMs }: FaultSpec): boolean =>
  code !== undefined || status !== undefined || (!lost && delayMs === undefined);

function caught(work: () => Answer): Answer {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { status: error.status, body: error.body };
  }
}
