import { join } from 'node:path';
import { isEnded } from '../../domain/job.ts';
import { createLease, waitsForLease } from '../../domain/lease.ts';
import type { Module, ModuleContext } from '../module.ts';
import { createJobCommands } from './commands.ts';
import type { Definition } from './definition.ts';
import { endRemoved } from './end-removed.ts';
import { followDefinitions, placeProblem, targetsOn } from './files/index.ts';
import { createHome } from './home.ts';
import { createJobs } from './jobs.ts';
import { defineJobMetrics } from './metrics.ts';
import { jobRoutes } from './routes.ts';
import { createRunner } from './runner.ts';
import { createScheduled } from './scheduled.ts';
import { createSecretsOf } from './secrets-of.ts';
import type { jobSettings } from './settings.ts';
import { createJobCards, roundMs } from './slack-card.ts';
import { openTargets } from './targets/index.ts';
import { createTell } from './tell.ts';

const dayMs = 86_400_000;

export async function open(context: ModuleContext<typeof jobSettings>): Promise<Module> {
  const { config, clock, log, store, signals, newId, team, channelOf, names, ttlMs, onStop } = context;
  const targets = await openTargets(context);
  const on = targetsOn(config);
  let all: ReadonlyMap<string, Definition> = new Map();
  /** The files were read since incidents of removed jobs were looked for. */
  let mayHaveRemoved = false;
  const definitions = () => all;
  const definitionOf = (name: string) => all.get(name) ?? null;
  const jobs = createJobs({
    ...{ store, clock, team, newId, definitions, targets: new Set(targets.keys()) },
    placeProblem: (place) => placeProblem(place, on),
    runName: (job) => (job.handle === null ? null : (targets.get(job.place.target)?.nameOf(job.handle) ?? null)),
  });
  const metrics = defineJobMetrics(context.registry, () => runner.counts());
  const lease = createLease(store, 'jobs', clock);
  const stamp = () => ({ newId, now: clock.now(), ttlMs });
  const cards = createJobCards({ store, leads: lease.isHeld, team, names, stamp, log });
  const tellIncident = createTell({ store, signals, definitionOf, now: clock.now });
  const { plan } = jobs.planning;
  const scheduled = createScheduled({ store, definitions, plan, stamp, team, channelOf, log });
  const home = createHome({ store, file: join(config.DATA_DIR, 'jobs-home'), now: clock.now });
  let leads = false;
  const runner = createRunner({
    ...{ store, targets, clock, log, atOnce: config.JOBS_AT_ONCE },
    ...createSecretsOf(definitions),
    isElsewhere: home.isElsewhere,
    concurrencyOf: ({ name }) => (name === null ? Number.POSITIVE_INFINITY : (all.get(name)?.concurrency ?? 1)),
    async lead() {
      const led = leads;
      leads = false;
      if (!(await lease.hold())) return false;
      if (!led) {
        await home.begin();
        scheduled.forget();
      }
      leads = true;
      await scheduled();
      if (mayHaveRemoved) await endRemoved(store, signals, (name) => all.has(name), clock.now());
      mayHaveRemoved = false;
      return true;
    },
    async tell(job) {
      await cards.tellEnd(job);
      await tellIncident(job);
    },
  });

  return {
    routes: [{ plugin: jobRoutes({ jobs, clock }), prefix: '/ultronex', requireLogin: true, scope: 'jobs' }],
    commands: createJobCommands({
      jobs,
      cardOf: cards.cardOf,
      names,
      stamp,
      hasForms: config.SLACK_BOT_TOKEN !== undefined,
      store,
    }),
    health: {
      name: 'jobs',
      of() {
        const counts = runner.counts();
        if (counts === null) return { state: 'ok', detail: waitsForLease };
        return { state: 'ok', detail: `${counts.running} running, ${counts.queued} waiting` };
      },
    },
    every: [
      { name: 'messages of jobs', everyMs: roundMs, run: cards.round },
      {
        name: 'old jobs',
        everyMs: 600_000,
        run: () => store.pruneJobs(clock.now() - config.JOB_DAYS * dayMs),
      },
    ],
    async start() {
      store.onJob((job) => {
        if (isEnded(job) && !job.told) metrics.count(job);
      });
      const followed = await followDefinitions({
        ...{ dir: config.JOBS_DIR, timeZone: config.TIME_ZONE, on, clock, log },
        onDefinitions(definitions, isWhole) {
          all = new Map(definitions.map((each) => [each.name, each]));
          mayHaveRemoved = isWhole;
        },
      });
      onStop('files of jobs', () => followed.stop());
      cards.start();
      runner.start();
      onStop('jobs', runner.stop);
    },
  };
}
