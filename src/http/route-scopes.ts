import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { AccessRefused } from '../domain/errors.ts';
import { type Principal, person, roles } from '../domain/principal.ts';
import { allows, formatGrant, parseGrant, type Scope } from '../domain/scope.ts';

/**
 * The scope that a route needs; of several, one is enough. `hook:alertmanager` passes a token for that hook only;
 * `beat:{name}` takes the name from the address.
 */
export type RouteScope = ScopeText | readonly ScopeText[];
type ScopeText = Scope | `${Scope}:${string}`;

interface Need {
  scope: Scope;
  /** The thing that a limited token must be for. Undefined: the handler checks it. */
  only?: string;
  /** The parameter of the address that names it. */
  param?: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    scope?: RouteScope;
    /** The scope is for tokens only: the handler decides which people may use the route, by their roles. */
    ownRoles?: boolean;
    /** Made from `scope`. */
    needs?: readonly Need[];
  }
  interface FastifyRequest {
    /** Who calls; null on routes that need no login. */
    principal: Principal | null;
  }
}

/** The caller is known, but has no access to this. */
export class ScopeMissing extends AccessRefused {
  override readonly code = 'ERR_SCOPE_MISSING';
}

/** Makes every route of `app` declare its scope. @param fallback of routes that declare none; absent: such a route is refused */
export function requireScopes(app: FastifyInstance, fallback?: RouteScope): void {
  app.addHook('onRoute', (route: RouteOptions) => {
    const scope = route.config?.scope ?? fallback;
    if (scope === undefined) throw new Error(`${route.method} ${route.url} declares no scope.`);
    const needs = [scope].flat().map((each) => parseNeed(each as string));
    route.config = { ...route.config, scope, needs };
  });
}

function parseNeed(written: string): Need {
  const { scope, only } = parseGrant(written);
  if (only === null) return { scope };
  const [, param] = /^\{(\w+)\}$/.exec(only) ?? [];
  return param === undefined ? { scope, only } : { scope, param };
}

/** Returns why the caller may not use the route of a request; undefined if it may. */
export function scopeProblem({ principal, routeOptions, params }: FastifyRequest): ScopeMissing | undefined {
  const { needs = [], ownRoles = false } = routeOptions.config;
  if (ownRoles && principal?.role !== undefined) return undefined;
  const { grants = [] } = principal ?? {};
  const thingOf = ({ only, param }: Need) =>
    param === undefined ? only : String((params as Record<string, unknown>)[param]);
  if (needs.some((need) => allows(grants, need.scope, thingOf(need)))) return undefined;
  const texts = needs.map((need) => {
    const thing = thingOf(need);
    return thing === undefined ? need.scope : `${need.scope}:${thing}`;
  });
  const kinds = needs.map(({ scope }) => scope);
  return scopeMissing(principal, texts, kinds);
}

/** @param needed the scopes of which one is needed, as people write them */
export function scopeMissing(
  principal: Principal | null,
  needed: readonly string[],
  kinds: readonly Scope[],
): ScopeMissing {
  const which = needed.join(' or ');
  if (principal?.role !== undefined) {
    const role = roles.find((each) => kinds.some((kind) => allows(person('', each).grants, kind))) ?? 'admin';
    return new ScopeMissing(`"${principal.actor.name}" is ${principal.role}; this needs the role ${role}.`);
  }
  const has = principal?.grants.map(formatGrant).join(', ');
  const name = principal?.actor.name ?? '';
  return new ScopeMissing(`The token "${name}" has the scope ${has}; this needs ${which}.`);
}
