import { Counter, Gauge, type Registry } from 'prom-client';
import { type FailureKind, failureKinds } from '../../heroku-api/index.ts';
import type { HerokuApps } from './types.ts';

/** States with a label of their own; any other one is `other`. */
const states = ['up', 'starting', 'idle', 'down', 'crashed'];

export function createHerokuMetrics(registry: Registry, apps: Pick<HerokuApps, 'list' | 'remaining'>) {
  new Gauge({
    name: 'ultronex_heroku_dynos',
    help: 'Dynos of each watched app on Heroku, by state: up, starting, idle, down, crashed or other.',
    labelNames: ['app', 'state'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { app, dynos, readAt } of apps.list()) {
        if (readAt === null) continue;
        for (const state of states) this.set({ app, state }, 0);
        for (const { state } of dynos) this.inc({ app, state: states.includes(state) ? state : 'other' });
      }
    },
  });
  new Gauge({
    name: 'ultronex_heroku_requests_remaining',
    help: 'Requests to Heroku’s API that are left of the account’s 4,500 an hour, as the last answer said. NaN: none said it.',
    registers: [registry],
    collect() {
      this.set(apps.remaining() ?? Number.NaN);
    },
  });
  const errors = new Counter({
    name: 'ultronex_heroku_poll_errors_total',
    help: 'Looks at apps on Heroku that failed: key (refused), limit (no requests left), gone, forbidden, unavailable (no usable answer).',
    labelNames: ['kind'],
    registers: [registry],
  });
  for (const kind of failureKinds) errors.inc({ kind }, 0);
  return { countError: (kind: FailureKind) => errors.inc({ kind }) };
}
