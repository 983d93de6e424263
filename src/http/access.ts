import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import { UltronexError } from '../domain/errors.ts';
import type { Principal } from '../domain/principal.ts';
import { hashOfSecret, isSecret } from '../domain/token.ts';
import type { HttpDeps } from './deps.ts';
import { scopeProblem } from './route-scopes.ts';
import { createTeamChoice } from './team-of.ts';
import { createTokenCheck, isBearer, TokenRefused } from './token-check.ts';

/** The login is in the address, where proxies and browsers write it down. */
class TokenInAddress extends UltronexError {
  override readonly code = 'ERR_TOKEN_IN_ADDRESS';
  override readonly status = 401;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Checks login and scope, for routes that need them only sometimes. */
    requireLogin: onRequestHookHandler;
  }
}

/** Remembered Authorization headers. The same login has few spellings. */
const mostRemembered = 16;
const tokenInAddress = /[?&](?:access_|api_|auth_)?token=([^&]*)/i;

/**
 * Returns the hook of routes that need a login: a password by Basic auth, or an API token as `Authorization: Bearer`. It
 * sets `request.principal` and `request.workspace`, and refuses callers without the scope of the route or of another workspace.
 * @param basicAuth the check of @fastify/basic-auth
 */
export function createAccess(
  deps: Pick<HttpDeps, 'people' | 'store' | 'clock' | 'log' | 'metrics' | 'workspaces'>,
  basicAuth: FastifyInstance['basicAuth'],
): onRequestHookHandler {
  const { people, store, clock, log, metrics } = deps;
  const remembered = rememberLogins(people);
  const chooseTeam = createTeamChoice(deps.workspaces);
  const checkToken = createTokenCheck({ tokens: store, clock, log });

  /** Tells whose token was in an address, for the audit log: it has to be revoked. */
  async function nameToken(secret: string, request: FastifyRequest): Promise<void> {
    const token = isSecret(secret) ? await store.tokenByHash(hashOfSecret(secret)) : null;
    if (token !== null) request.principal = { actor: { kind: 'token', name: token.name }, grants: [] };
  }

  return function checkAccess(this: FastifyInstance, request: FastifyRequest, reply: FastifyReply, done) {
    const { authorization } = request.headers;
    const authorised = (error?: Error) => {
      const problem = error ?? scopeProblem(request) ?? chooseTeam(request);
      if (problem instanceof Promise) void problem.then(done, done);
      else done(problem);
    };
    const [, inAddress] = tokenInAddress.exec(request.url) ?? [];
    if (inAddress !== undefined) {
      metrics.authFailures.inc();
      // Refused all the same when the store cannot tell whose token it is.
      void nameToken(inAddress, request)
        .catch(() => {})
        .then(() => done(tokenInAddressRefused(request)));
      return;
    }
    if (authorization === undefined) return basicAuth.call(this, request, reply, authorised);
    if (isBearer(authorization)) {
      checkToken(request).then(
        () => authorised(),
        (error: Error) => {
          if (error instanceof TokenRefused) {
            if (error.isUnknown) metrics.authFailures.inc();
            // RFC 6750, 3.
            reply.header('www-authenticate', 'Bearer realm="Ultronex", error="invalid_token"');
          }
          done(error);
        },
      );
      return;
    }
    const given = Buffer.from(authorization);
    const known = remembered.find(given);
    if (known !== undefined) {
      request.principal = known;
      return authorised();
    }
    basicAuth.call(this, request, reply, (error) => {
      if (error === undefined && request.principal !== null) remembered.add(given, request.principal);
      authorised(error);
    });
  };
}

function tokenInAddressRefused({ principal }: FastifyRequest): TokenInAddress {
  const which = principal === null ? 'it' : `the token "${principal.actor.name}"`;
  return new TokenInAddress(
    `A token in the address ends up in logs, so it is not taken. Revoke ${which}, and send a new one in a header: Authorization: Bearer ux_…`,
  );
}

/**
 * Remembers right logins: a header that was right once passes without a second check. A script that posts often pays
 * scrypt's 30 ms once, and a flood of wrong logins does not delay it. Compares the bytes in constant time; comparing their
 * SHA-256 instead would add 12 µs, a third of a request. Forgets all when the people change.
 */
function rememberLogins(people: Pick<HttpDeps['people'], 'generation'>) {
  let known: { header: Buffer; principal: Principal }[] = [];
  let generation = people.generation();
  return {
    find(given: Buffer): Principal | undefined {
      if (people.generation() !== generation) {
        known = [];
        generation = people.generation();
      }
      for (const { header, principal } of known) {
        if (given.length === header.length && timingSafeEqual(given, header)) return principal;
      }
      return undefined;
    },
    add(header: Buffer, principal: Principal): void {
      known.unshift({ header, principal });
      if (known.length > mostRemembered) known.pop();
    },
  };
}
