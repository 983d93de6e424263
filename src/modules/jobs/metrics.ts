import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { endStates, type Job } from '../../domain/job.ts';
import type { Runner } from './runner.ts';

/** Defines the metrics of jobs. */
export function defineJobMetrics(registry: Registry, counts: Runner['counts']) {
  const registers = [registry];
  const ended = new Counter({
    ...{ name: 'ultronex_jobs_ended_total', labelNames: ['target', 'state'], registers },
    help: 'Jobs that ended, by target and state.',
  });
  const seconds = new Histogram({
    ...{ name: 'ultronex_job_duration_seconds', labelNames: ['target'], registers },
    help: 'Time from the start of a job to its end.',
    buckets: [1, 5, 15, 60, 300, 900, 3_600, 14_400],
  });
  new Gauge({
    ...{ name: 'ultronex_jobs', labelNames: ['state'], registers },
    help: 'Jobs that wait and run. Absent while another program on the store follows them.',
    collect() {
      this.reset();
      const now = counts();
      if (now === null) return;
      this.set({ state: 'queued' }, now.queued);
      this.set({ state: 'running' }, now.running);
    },
  });
  return {
    count({ place: { target }, state, startedAt, endedAt }: Job) {
      if (!(endStates as readonly string[]).includes(state)) return;
      ended.inc({ target, state });
      if (startedAt !== null && endedAt !== null) seconds.observe({ target }, Math.max(0, endedAt - startedAt) / 1_000);
    },
  };
}
