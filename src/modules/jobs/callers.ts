import type { FastifyRequest } from 'fastify';
import type { Job } from '../../domain/job.ts';
import type { Principal, Role } from '../../domain/principal.ts';
import { allows, limitsOf } from '../../domain/scope.ts';
import { requestIdOf, scopeMissing } from '../../http/index.ts';
import { mayRun } from './may.ts';
import type { JobAsker } from './types.ts';

type Caller = Pick<FastifyRequest, 'principal'>;

/** Returns the names of the jobs that a caller sees; null: all. */
export function visibleTo({ principal }: Caller): string[] | null {
  const grants = principal?.grants ?? [];
  return allows(grants, 'read') ? null : limitsOf(grants, 'jobs');
}

/** @throws ScopeMissing for a token that is limited to other jobs */
export function checkMaySee(caller: Caller, { name }: Pick<Job, 'name'>): void {
  const names = visibleTo(caller);
  if (names !== null && (name === null || !names.includes(name))) throw refused(caller.principal, name);
}

/**
 * Checks a token's scope. People are judged by their role, which may depend on the definition.
 * @param name of the definition; null: a job without one, which a limited token may neither start nor stop @throws ScopeMissing
 */
export function checkMayAct({ principal }: Caller, name: string | null): void {
  if (principal?.role !== undefined) return;
  const limits = limitsOf(principal?.grants ?? [], 'jobs');
  if (limits !== null && (name === null || !limits.includes(name))) throw refused(principal, name);
}

/**
 * Returns whether the caller may start a job, by scope and role.
 * @param definition null: one that the request describes; who may start that may stop every job
 */
export function mayStart(request: FastifyRequest, definition: { name: string; who: Role } | null): boolean {
  const name = definition?.name ?? null;
  const { role, grants = [] } = request.principal ?? {};
  const limits = limitsOf(grants, 'jobs');
  const isInScope = role !== undefined || limits === null || (name !== null && limits.includes(name));
  return isInScope && mayRun(definition, askerOf(request, name));
}

function refused(principal: Principal | null, name: string | null) {
  return scopeMissing(principal, [name === null ? 'jobs' : `jobs:${name}`], ['jobs']);
}

/** @param name of the definition that is asked for */
export function askerOf(request: FastifyRequest, name: string | null): JobAsker {
  const { principal } = request;
  const { actor = { kind: 'user' as const, name: '' }, role } = principal ?? {};
  const trace = requestIdOf(request);
  if (role !== undefined) return { actor, role, grants: null, trace };
  const grants = principal?.grants ?? [];
  const isFull =
    allows(grants, 'admin') || grants.some(({ scope, only }) => scope === 'jobs' && name !== null && only === name);
  return { actor, role: isFull ? 'admin' : 'operator', grants, trace };
}
