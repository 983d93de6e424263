import type { Counter, Registry } from 'prom-client';

/** The values of labels that are known in advance. */
export const knownLabels = {
  ultronex_events_total: { result: ['duplicate', 'ignore', 'command', 'match', 'scan', 'record'] },
  ultronex_effects_total: { outcome: ['done', 'failed', 'unknown'] },
  ultronex_scans_total: { result: ['fetched', 'refused', 'gave_up'] },
  ultronex_delivery_attempts_total: { outcome: ['sent', 'retry', 'failed', 'changed'] },
  ultronex_deliveries_total: { state: ['sent', 'failed', 'expired', 'withdrawn', 'merged'] },
  ultronex_hidden_outcomes_total: { resolution: ['found', 'sent_again'] },
  ultronex_clock_jumps_total: { direction: ['forward', 'back'] },
} as const satisfies Record<string, Record<string, readonly string[]>>;

/** Creates each series with the value 0. Without this, Prometheus' `increase` misses the first event of a series. */
export function countNothing(registry: Registry): void {
  for (const [name, labels] of Object.entries(knownLabels)) {
    const counter = registry.getSingleMetric(name) as Counter | undefined;
    for (const [label, values] of Object.entries(labels)) {
      for (const value of values) counter?.inc({ [label]: value }, 0);
    }
  }
}
