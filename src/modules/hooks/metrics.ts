import { Counter, type Registry } from 'prom-client';

const outcomes = ['posted', 'repeated', 'nothing', 'refused', 'failed'] as const;
export type HookOutcome = (typeof outcomes)[number];

/** The label of names that no hook has. */
export const unknownHook = 'unknown';

export interface HookMetrics {
  count(hook: string, outcome: HookOutcome): void;
  /** Makes the series of a hook, with 0. */
  add(hook: string): void;
}

export function createHookMetrics(registry: Registry): HookMetrics {
  const requests = new Counter({
    name: 'ultronex_hook_requests_total',
    help: 'Requests to hooks: posted, repeated (by their id or body), nothing (of no interest), refused (signature), failed (template). `unknown` is any name that no hook has.',
    labelNames: ['hook', 'outcome'],
    registers: [registry],
  });
  requests.inc({ hook: unknownHook, outcome: 'refused' }, 0);
  return {
    count: (hook, outcome) => requests.inc({ hook, outcome }),
    add: (hook) => {
      for (const outcome of outcomes) requests.inc({ hook, outcome }, 0);
    },
  };
}
