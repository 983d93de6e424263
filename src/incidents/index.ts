import type { Module, ModuleContext } from '../module.ts';

/** Alerts become cards in Slack: one a group, edited when it resolves. */
export function createIncidents(_context: ModuleContext): Module | null {
  return {};
}
