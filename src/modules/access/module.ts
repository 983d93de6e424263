import type { Module, ModuleContext } from '../module.ts';
import { auditRoutes } from './audit-routes.ts';
import { tokenRoutes } from './token-routes.ts';
import { warnOfExpiry } from './warn-of-expiry.ts';

const warnEveryMs = 24 * 3_600_000;

export function open({ store, clock, log, newId }: ModuleContext<Record<never, never>>): Module {
  const plugins = [tokenRoutes({ store, clock, newId }), auditRoutes({ store, clock, newId })];
  return {
    routes: plugins.map((plugin) => ({ plugin, prefix: '/ultronex', requireLogin: true, scope: 'admin' as const })),
    every: [{ name: 'expiry of tokens', everyMs: warnEveryMs, run: () => warnOfExpiry({ store, clock, log }) }],
  };
}
