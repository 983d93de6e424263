import { Counter, Gauge, type Registry } from 'prom-client';
import { results } from './judge.ts';

/** Metrics of the module `canary`. */
export function createCanaryMetrics(registry: Registry) {
  const seconds = new Gauge({
    name: 'ultronex_canary_seconds',
    help: 'Time of the last canary: `send` from accepted to sent, `event` from sent to its event, `whole` both.',
    labelNames: ['leg'],
    registers: [registry],
  });
  const runs = new Counter({
    name: 'ultronex_canary_runs_total',
    help: 'Canaries by result: `ok`, `not_sent`, `no_event`, `not_in_ledger`, `interrupted`.',
    labelNames: ['result'],
    registers: [registry],
  });
  for (const result of results) runs.inc({ result }, 0);
  const lastSuccess = new Gauge({
    name: 'ultronex_canary_last_success_timestamp_seconds',
    help: 'When a canary last came back; 0: none since the start.',
    registers: [registry],
  });
  return { seconds, runs, lastSuccess };
}

export type CanaryMetrics = ReturnType<typeof createCanaryMetrics>;
