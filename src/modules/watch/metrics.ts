import { Counter, Gauge, type Registry } from 'prom-client';
import { type CheckStatus, checkStates } from './result.ts';

/** Checks with metrics of their own, the first ones by name. */
const mostLabelled = 200;

export type AttemptResult = 'good' | 'failed' | 'dropped';

/** Defines the metrics of checks. `list`: the checks that this program runs, sorted by name. */
export function defineCheckMetrics(registry: Registry, list: () => readonly CheckStatus[]) {
  const registers = [registry];
  const labelled = () => list().slice(0, mostLabelled);
  new Gauge({
    ...{ name: 'ultronex_check_up', labelNames: ['check'], registers },
    help: `1: the check is up, 0: it is down. Absent before the first verdict, while it fails in maintenance, and for checks after the first ${mostLabelled} by name.`,
    collect() {
      this.reset();
      for (const { check, state } of labelled()) {
        const isUp = state === 'up' || state === 'failing';
        if (isUp || state === 'down') this.set({ check: check.name }, isUp ? 1 : 0);
      }
    },
  });
  new Gauge({
    ...{ name: 'ultronex_check_duration_seconds', labelNames: ['check'], registers },
    help: `Duration of the last attempt. Absent if nothing was reached, and for checks after the first ${mostLabelled} by name.`,
    collect() {
      this.reset();
      for (const { check, last } of labelled()) {
        if (last?.ms != null) this.set({ check: check.name }, last.ms / 1_000);
      }
    },
  });
  new Gauge({
    ...{ name: 'ultronex_checks', labelNames: ['state'], registers },
    help: 'Checks that this program runs, by state. A program that stands by has none.',
    collect() {
      const counts = new Map<string, number>(checkStates.map((state) => [state, 0]));
      for (const { state } of list()) counts.set(state, (counts.get(state) ?? 0) + 1);
      for (const [state, count] of counts) this.set({ state }, count);
    },
  });
  const attempts = new Counter({
    ...{ name: 'ultronex_check_attempts_total', labelNames: ['result'], registers },
    help: 'Attempts at checks. `dropped`: this program was at fault, so the attempt tells nothing about its target.',
  });
  for (const result of ['good', 'failed', 'dropped'] satisfies AttemptResult[]) attempts.inc({ result }, 0);
  return { count: (result: AttemptResult) => attempts.inc({ result }) };
}
