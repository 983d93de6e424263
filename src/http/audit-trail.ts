import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Logger } from 'pino';
import type { AuditEntry, AuditOutcome } from '../domain/audit.ts';
import type { Clock } from '../domain/clock.ts';
import { AccessRefused, isStoreAway, UltronexError } from '../domain/errors.ts';
import type { Actor } from '../domain/principal.ts';
import { createLimiter } from '../lib/limiter.ts';
import type { AuditStore } from '../ports/audit-store.ts';
import type { People } from '../ports/people.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The action of the route in the audit log, when it changes something. Its target is `audited`, or the last part of the address. */
    audit?: string;
  }
  interface FastifyRequest {
    audited: { target: string; detail?: string } | null;
    /** The store does not answer, which is why the request fails. */
    isStoreAway: boolean;
  }
}

export interface AuditTrailParts {
  store: Pick<AuditStore, 'writeAudit'>;
  people: Pick<People, 'isKnown'>;
  clock: Clock;
  newId(): string;
  log: Pick<Logger, 'error'>;
}

/**
 * Refusals are written at most this often a minute, so that a flood of them does not fill the store. Callers who are known
 * have a number of their own, so that strangers cannot hide them.
 */
const mostRefusals = { ofOneKind: 1, ofStrangers: 10, ofKnown: 30 };
const minuteMs = 60_000;

/** Adds the audit log to all routes of `app`: their changes (`config.audit`), and refused callers. */
export function addAuditTrail(app: FastifyInstance, { store, people, clock, newId, log }: AuditTrailParts): void {
  const window = { now: clock.monotonic, perMs: minuteMs };
  const ofOneKind = createLimiter({ ...window, most: mostRefusals.ofOneKind });
  const ofStrangers = createLimiter({ ...window, most: mostRefusals.ofStrangers });
  const ofKnown = createLimiter({ ...window, most: mostRefusals.ofKnown });
  /** Refusals since the last one that was written. */
  let leftOut = 0;
  app.decorateRequest('principal', null);
  app.decorateRequest('audited', null);
  app.decorateRequest('isStoreAway', false);

  async function write(request: FastifyRequest, outcome: AuditOutcome, detail: string): Promise<void> {
    const { principal, routeOptions, audited } = request;
    const entry: AuditEntry = {
      id: newId(),
      at: clock.now(),
      actor: principal?.actor ?? writtenActor(request.headers.authorization, people),
      source: request.ip,
      action: routeOptions.config.audit ?? `${request.method} ${routeOptions.url ?? ''}`,
      target: audited?.target ?? Object.values((request.params ?? {}) as Record<string, string>).at(-1) ?? '',
      outcome,
      detail,
      requestId: requestIdOf(request),
      ...(principal?.team !== undefined && { team: principal.team }),
    };
    // The change is made, or the refusal stands; neither depends on this entry.
    await store.writeAudit(entry).catch((error) => log.error({ err: error, audit: entry }, 'no audit entry'));
  }

  app.addHook('onError', async (request, _reply, error) => {
    if (isStoreAway(error)) request.isStoreAway = true;
    if (!isRefusal(request, error)) return;
    const { principal, ip, method, routeOptions } = request;
    const kind = `${principal?.actor.name ?? ''} ${ip} ${method} ${routeOptions.url}`;
    if (!ofOneKind.allow(kind) || !(principal === null ? ofStrangers : ofKnown).allow('')) {
      leftOut += 1;
      return;
    }
    const more = leftOut === 0 ? '' : ` (${leftOut} more refusals before this one are not in the log)`;
    leftOut = 0;
    await write(request, 'refused', error.message + more);
  });

  // Before the response is sent: an acknowledged change is in the audit log.
  async function writeChange(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
    const { statusCode } = reply;
    if (statusCode < 400) await write(request, 'done', request.audited?.detail ?? '');
    else if (statusCode >= 500) {
      const written = write(request, 'failed', `answered ${statusCode}`);
      // The caller has waited for the store once already. What cannot be written is logged.
      if (!request.isStoreAway) await written;
    }
    return payload;
  }
  app.addHook('onRoute', (route: RouteOptions) => {
    if (route.config?.audit === undefined) return;
    route.onSend = [...[route.onSend ?? []].flat(), writeChange];
    const { handler } = route;
    // Returns `reply`: an async handler that resolves before the response is sent would send it once more.
    route.handler = async function sendOnce(request, reply) {
      await handler.call(this, request, reply);
      return reply;
    };
  });
}

/** Returns whether an error is about who may do what: a wrong login, token or signature, or a missing scope. */
function isRefusal({ headers }: FastifyRequest, error: Error): boolean {
  if (error instanceof UltronexError) return error.status === 401 || error instanceof AccessRefused;
  return (error as { statusCode?: number }).statusCode === 401 && headers.authorization !== undefined;
}

/** Returns whose name a refused caller gave. An unknown name is not written, since it may be a password. */
function writtenActor(authorization = '', { isKnown }: Pick<People, 'isKnown'>): Actor {
  const [, login] = /^basic +(\S+)/i.exec(authorization) ?? [];
  if (login === undefined) return { kind: 'token', name: '' };
  const [name = ''] = Buffer.from(login, 'base64').toString().split(':', 1);
  return { kind: 'user', name: isKnown(name) ? name : '' };
}

/** Returns the id that HAProxy gave the request; else the server's. */
export function requestIdOf({ headers, id }: FastifyRequest): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w-]{1,64}$/.test(given) ? given : String(id);
}
