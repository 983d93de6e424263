import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyPluginAsync } from 'fastify';
import type { Clock } from '../../domain/clock.ts';
import { parseDuration } from '../../domain/duration.ts';
import { InvalidRequest, NotFound } from '../../domain/errors.ts';
import { formatGrant, parseGrant, teamScopes } from '../../domain/scope.ts';
import { hashOfSecret, newSecret, startOfSecret, stateOf, type Token } from '../../domain/token.ts';
import { errorView, setBodyParsers } from '../../http/index.ts';
import { Type } from '../../lib/schema.ts';
import type { TokenStore } from '../../ports/token-store.ts';
import type { WorkspaceStore } from '../../ports/workspace-store.ts';

export interface TokenRoutesParts {
  store: TokenStore & Pick<WorkspaceStore, 'workspace'>;
  clock: Pick<Clock, 'now'>;
  newId(): string;
}

const tags = ['access'];
const time = Type.String({ format: 'date-time' });
const timeOrNull = (description: string) => Type.Union([time, Type.Null()], { description });
const name = Type.String({ minLength: 1, maxLength: 64, description: 'Letters, digits, `.`, `_` and `-`.' });

const tokenView = Type.Object({
  name: Type.String(),
  start: Type.String({ description: 'The first 8 characters of the secret.' }),
  scopes: Type.Array(Type.String()),
  team: Type.Union([Type.String(), Type.Null()], {
    description: 'The workspace whose data alone it reaches; null: the operator’s token.',
  }),
  state: Type.Enum(['active', 'expired', 'revoked']),
  createdAt: time,
  createdBy: Type.String(),
  lastUsedAt: timeOrNull('Accurate to a minute; null: never used.'),
  expiresAt: timeOrNull('Null: it does not expire.'),
  revokedAt: timeOrNull('Null: it was not revoked.'),
});

const newToken = Type.Object({
  name,
  scopes: Type.Array(Type.String({ maxLength: 220 }), {
    minItems: 1,
    maxItems: 50,
    description: 'Such as `read`, `post`, `post:#ops`, `beat:backup`.',
  }),
  team: Type.Optional(
    Type.String({
      maxLength: 30,
      description: 'Limits it to the data of a workspace that installed the app, by its id.',
    }),
  ),
  expires: Type.Optional(Type.String({ maxLength: 40, description: 'The time until it expires: `90d`, `12h`.' })),
});

/** A token can live this long at most. Milliseconds. */
const longestMs = 10 * 365 * 86_400_000;

/** Returns the routes of tokens: list, create, revoke. */
export function tokenRoutes({ store, clock, newId }: TokenRoutesParts): FastifyPluginAsync {
  const view = (token: Token) => viewToken(token, clock.now());

  const plugin: FastifyPluginAsyncTypebox = async (app) => {
    setBodyParsers(app as never);

    app.get(
      '/tokens',
      {
        config: { page: 'tokens' },
        schema: {
          tags,
          summary: 'API tokens, newest first, without their secrets',
          description: 'Expired and revoked ones are listed for 90 days.',
          response: { 200: Type.Object({ tokens: Type.Array(tokenView) }) },
        },
      },
      async (_request, reply) => {
        reply.send({ tokens: (await store.tokens()).map(view) });
      },
    );

    app.post(
      '/tokens',
      {
        config: { audit: 'token create' },
        schema: {
          tags,
          summary: 'Create a token; the response alone has its secret',
          body: newToken,
          response: {
            201: Type.Object({
              ...{ token: Type.String({ description: 'The secret. It is shown only here.' }) },
              ...tokenView.properties,
            }),
            409: errorView,
            422: errorView,
            503: errorView,
          },
        },
      },
      async (request, reply) => {
        const { name, scopes, expires, team = null } = request.body;
        if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) {
          throw new InvalidRequest(
            'name',
            'name has letters, digits, ".", "_" and "-", and begins with a letter or digit',
          );
        }
        if (team !== null && (await store.workspace(team)) === null) {
          throw new InvalidRequest(
            'team',
            `team "${team}" has not installed the app; GET /ultronex/workspaces lists those that have. Without team the token is the operator’s.`,
          );
        }
        const parsed = scopes.map(parseGrant);
        const idle = team === null ? undefined : parsed.find(({ scope }) => !teamScopes.includes(scope));
        if (idle !== undefined) {
          throw new InvalidRequest(
            'scopes',
            `scope "${formatGrant(idle)}" has no effect for a token of workspace ${team}; such a token can have ${teamScopes.join(', ')}. Without team the token is the operator’s.`,
          );
        }
        const grants = [...new Set(parsed.map(formatGrant))];
        const now = clock.now();
        const secret = newSecret();
        const token: Token = {
          ...{ id: newId(), name, start: startOfSecret(secret), hash: hashOfSecret(secret), scopes: grants },
          ...{
            createdAt: now,
            createdBy: request.principal?.actor.name ?? '',
            lastUsedAt: null,
            revokedAt: null,
            team,
          },
          expiresAt: expires === undefined ? null : now + lifeOf(expires),
        };
        request.audited = { target: name, detail: `${grants.join(', ')}${expires ? `, expires in ${expires}` : ''}` };
        await store.createToken(token, now);
        reply
          .status(201)
          .header('cache-control', 'no-store')
          .send({ token: secret, ...view(token) });
      },
    );

    app.delete(
      '/tokens/:name',
      {
        config: { audit: 'token revoke' },
        schema: {
          tags,
          summary: 'Revoke a token; its next request is refused',
          params: Type.Object({ name: Type.String({ minLength: 1, maxLength: 64 }) }),
          response: { 200: tokenView, 404: errorView, 503: errorView },
        },
      },
      async (request, reply) => {
        const { name } = request.params;
        const revoked = await store.revokeToken(name, clock.now());
        if (revoked === null) {
          throw new NotFound(`There is no active token "${name}". GET /ultronex/tokens lists them.`);
        }
        reply.send(view(revoked));
      },
    );
  };
  return plugin as unknown as FastifyPluginAsync;
}

/** Returns milliseconds. @throws InvalidRequest for a text without a unit, or too long a time */
function lifeOf(written: string): number {
  const ms = /^\d+$/.test(written.trim()) ? null : parseDuration(written);
  if (ms !== null && ms <= longestMs) return ms;
  throw new InvalidRequest('expires', `expires "${written}" is no time up to 10 years; write for example 90d or 12h`);
}

function viewToken(token: Token, now: number) {
  const { name, start, scopes, team, createdBy } = token;
  const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  return {
    ...{ name, start, scopes: [...scopes], team, state: stateOf(token, now), createdBy },
    createdAt: new Date(token.createdAt).toISOString(),
    lastUsedAt: iso(token.lastUsedAt),
    expiresAt: iso(token.expiresAt),
    revokedAt: iso(token.revokedAt),
  };
}
