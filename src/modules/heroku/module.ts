import { createLease } from '../../domain/lease.ts';
import { reachOf } from '../../domain/plain-http.ts';
import { followPlans } from '../../watch-files/index.ts';
import type { Module, ModuleContext } from '../module.ts';
import { annotateName, createAnnotate } from './annotate.ts';
import { watchedApps } from './apps.ts';
import { createHerokuClient } from './client.ts';
import { createVarHashes } from './hashes.ts';
import { healthOf } from './health.ts';
import { createHerokuApps } from './heroku-apps.ts';
import { createKeyHealth } from './key-health.ts';
import { createLook } from './look.ts';
import { createHerokuMetrics } from './metrics.ts';
import { createOutside } from './outside.ts';
import { createPoller } from './poller.ts';
import { createReadings } from './readings.ts';
import { createSchedule } from './schedule.ts';
import type { herokuSettings } from './settings.ts';
import { createSharedStatus } from './shared-status.ts';
import { createTeller } from './tell.ts';
import { createWatchedIndex } from './watched-index.ts';

export function open(context: ModuleContext<typeof herokuSettings>): Module {
  const { config, clock, log, store, signals, newId, ttlMs, onStop } = context;
  const client = createHerokuClient({ url: config.HEROKU_API_URL, key: config.HEROKU_API_KEY ?? '', clock });
  const readings = createReadings({ client, clock, log });
  const grafana = grafanaOf(context);
  const teller = createTeller({
    ...{ store, signals, team: context.team, channelOf: context.channelOf, alertChannel: context.alertChannel },
    ...{ stamp: () => ({ newId, now: clock.now(), ttlMs }), annotates: grafana !== null },
  });
  const keyHealth = createKeyHealth({ store, signals, now: clock.now, channel: config.SLACK_CHANNEL ?? null });
  const look = createLook({ client, readings, teller, clock, hashes: createVarHashes(store, clock.now) });
  const names = (): readonly string[] => schedule.apps();
  const shared = createSharedStatus({ store, readings, names, lookAt: (app) => schedule.lookAt(app), log });
  const apps = createHerokuApps({ client, readings, names, lookAt: shared.lookAt });
  const { countError } = createHerokuMetrics(context.registry, {
    // One program on the store reports the dynos, so that they are not counted twice.
    list: () => (schedule.standsBy() ? [] : apps.list()),
    remaining: apps.remaining,
  });
  const poller = createPoller({ client, look, teller, keyHealth, readings, clock, log, countError, names });
  const schedule = createSchedule({
    ...{
      poll: (watched) => poller.poll(watched).finally(() => void shared.give(watched.app)),
      heldMs: client.heldMs,
      readAll: look.readAll,
      clock,
      log,
    },
    lease: createLease(store, 'heroku', clock),
    prepare: createWatchedIndex(store, teller, clock.now),
    forget(app) {
      look.forget(app);
      poller.forget(app);
    },
  });

  const annotating: Module['effects'] =
    grafana === null ? {} : { [annotateName]: createAnnotate({ ...grafana, clock, log }) };
  const outside = createOutside(context, apps);

  return {
    ...outside,
    effects: { ...outside.effects, ...annotating },
    health: {
      name: 'heroku',
      of: () =>
        healthOf({
          ...{ apps: apps.list(), remaining: apps.remaining(), isLow: poller.isLow() },
          ...{ standsBy: schedule.standsBy(), problem: keyHealth.problem() },
        }),
    },
    async start() {
      const followed = await followPlans({
        ...{ dir: config.WATCH_DIR, timeZone: config.TIME_ZONE, clock, log },
        onPlan: (plan) => schedule.replace(watchedApps(config, plan.heroku)),
      });
      onStop('files of Heroku apps', () => followed.stop());
      schedule.start();
      await shared.read();
      onStop('looks at Heroku apps', () => {
        client.close();
        return schedule.stop();
      });
    },
  };
}

/** Null: releases become no annotations. */
function grafanaOf({ config, log }: ModuleContext<typeof herokuSettings>): { url: string; token: string } | null {
  const { GRAFANA_URL: url, GRAFANA_TOKEN: token } = config;
  if (token === undefined) return null;
  if (url === undefined) {
    log.warn('GRAFANA_TOKEN is set, but GRAFANA_URL is not: releases become no annotations');
    return null;
  }
  if (reachOf(new URL(url)) !== 'elsewhere') return { url, token };
  log.warn('GRAFANA_TOKEN is not sent to GRAFANA_URL over http://, and releases become no annotations: write https://');
  return null;
}
