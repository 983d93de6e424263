import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock.ts';
import { isStoreAway } from '../../domain/errors.ts';
import { pageHeaders, requestIdOf } from '../../http/index.ts';
import { createLimiter } from '../../lib/limiter.ts';
import { Type } from '../../lib/schema.ts';
import type { AuditStore } from '../../ports/audit-store.ts';
import type { Arrival, Installer } from '../../ports/installer.ts';
import {
  arrivalText,
  askPage,
  cancelled,
  endPage,
  installedBefore,
  storeAway,
  tooMany,
  wrongState,
} from './install-pages.ts';
import { doneSeconds, type InstallStates, stateSeconds } from './install-state.ts';
import type { InstallEnd } from './metrics.ts';

/** Visits from one address in a minute. An installation is two: the way to Slack and the way back. */
const perMinute = 30;
const cookieName = 'ultronex_install';

export interface InstallRoutesParts {
  installer: Pick<Installer, 'scopes' | 'authorizeUrl' | 'arrive'>;
  states: InstallStates;
  store: Pick<AuditStore, 'writeAudit'>;
  clock: Pick<Clock, 'now' | 'monotonic'>;
  log: Pick<Logger, 'warn'>;
  newId(): string;
  /** Whether browsers reach this program over https. */
  isSecure: boolean;
  onEnd(end: InstallEnd): void;
}

/** Returns the routes with which a workspace installs the app: /slack/install and /slack/oauth_redirect. */
export function installRoutes(parts: InstallRoutesParts): FastifyPluginAsync {
  const { installer, states, clock, log, onEnd } = parts;
  const limiter = createLimiter({ now: clock.monotonic, most: perMinute, perMs: 60_000 });
  const ask = askPage(installer.scopes);

  function cookie(value: string, seconds: number): string {
    const secure = parts.isSecure ? '; Secure' : '';
    // Lax: the way back from Slack is a link of another site, and has to bring the cookie.
    return `${cookieName}=${value}; Path=/slack/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`;
  }

  function sendPage(reply: FastifyReply, status: number, html: string): void {
    reply.status(status).headers(pageHeaders).header('cache-control', 'no-store').type('text/html; charset=utf-8');
    reply.send(html);
  }

  function end(reply: FastifyReply, text: Parameters<typeof endPage>[0], how: InstallEnd | null): void {
    if (how !== null) onEnd(how);
    const mayTryAgain = (text.status !== 200 && text.againSeconds === undefined) || how === 'cancelled';
    sendPage(reply, text.status, endPage(text, mayTryAgain));
  }

  /** Resolves with null if the store is away: the code was not used. */
  async function arrive(request: FastifyRequest, code: string): Promise<Arrival | null> {
    const arrival = await installer.arrive(code).catch((error) => {
      if (!isStoreAway(error)) throw error;
      log.warn({ err: error }, 'an installation waits for the store');
      return null;
    });
    if (arrival === null) return null;
    if (arrival.kind !== 'installed') {
      log.warn({ ...arrival }, 'an installation failed');
      return arrival;
    }
    const { team, by, isAgain, missingScopes } = arrival;
    const missing = missingScopes.length === 0 ? '' : `without ${missingScopes.join(', ')}`;
    await parts.store
      .writeAudit({
        ...{ id: parts.newId(), at: clock.now(), actor: { kind: 'slack', name: by }, source: request.ip, team },
        ...{ action: 'workspace install', target: team, outcome: 'done' },
        detail: [isAgain ? 'again' : '', missing].filter(Boolean).join(', '),
        requestId: requestIdOf(request),
      })
      .catch((error) => log.warn({ err: error, team }, 'no audit entry'));
    return arrival;
  }

  const plugin: FastifyPluginAsyncTypebox = async (app) => {
    app.get(
      '/install',
      {
        schema: {
          tags: ['workspaces'],
          summary: 'The page at which a workspace installs the app',
          security: [],
          querystring: Type.Object({
            start: Type.Optional(Type.Boolean({ description: '`true` leads to Slack, as the button does.' })),
          }),
        },
      },
      async (request, reply) => {
        if (request.query.start !== true) return sendPage(reply as unknown as FastifyReply, 200, ask);
        if (!limiter.allow(request.ip)) return end(reply as unknown as FastifyReply, tooMany, null);
        const { state, cookie: value } = states.begin();
        reply.header('set-cookie', cookie(value, stateSeconds)).header('cache-control', 'no-store');
        reply.redirect(installer.authorizeUrl(state), 302);
      },
    );

    app.get(
      '/oauth_redirect',
      {
        schema: {
          tags: ['workspaces'],
          summary: 'The way back from Slack, with the code for the tokens',
          security: [],
          // Slack may add further fields.
          querystring: Type.Object(
            {
              code: Type.Optional(Type.String({ maxLength: 1_000 })),
              state: Type.Optional(Type.String({ maxLength: 200 })),
              error: Type.Optional(Type.String({ maxLength: 200 })),
            },
            { additionalProperties: true },
          ),
        },
      },
      async (request, reply) => {
        const answer = reply as unknown as FastifyReply;
        const { code = '', state = '', error } = request.query;
        if (!limiter.allow(request.ip)) return end(answer, tooMany, null);
        const given = cookieOf(request.headers.cookie);
        // A reload does nothing, and is told nothing of the workspace.
        if (states.isDone(state, code, given)) return end(answer, installedBefore, null);
        const isOurs = states.isRight(state, given);
        const noCookie = cookie('', 0);
        if (!isOurs || error === 'access_denied') {
          answer.header('set-cookie', noCookie);
          return isOurs ? end(answer, cancelled, 'cancelled') : end(answer, wrongState, 'wrong_state');
        }
        const failed: Arrival = {
          kind: 'refused',
          error: /^\w{1,80}$/.test(error ?? '') ? `${error}` : 'invalid_code',
        };
        const arrival = code === '' ? failed : await arrive(request as unknown as FastifyRequest, code);
        // The browser keeps its cookie, and so comes back with the same code.
        if (arrival === null) return end(answer, storeAway, 'store_away');
        // A state is of use once in a browser.
        const isDone = arrival.kind === 'installed';
        answer.header('set-cookie', isDone ? cookie(states.done(state, code), doneSeconds) : noCookie);
        end(answer, arrivalText(arrival), endOf(arrival));
      },
    );
  };
  return plugin as unknown as FastifyPluginAsync;
}

function endOf(arrival: Arrival): InstallEnd {
  if (arrival.kind === 'other app') return 'other_app';
  return arrival.kind === 'installed' && arrival.isAgain ? 'again' : arrival.kind;
}

function cookieOf(header: string | undefined): string | null {
  return new RegExp(`(?:^|;\\s*)${cookieName}=([\\w-]{1,100})(?:;|$)`).exec(header ?? '')?.[1] ?? null;
}
