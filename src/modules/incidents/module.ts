import type { Incident } from '../../domain/incident.ts';
import { holdEveryMs } from '../../domain/lease.ts';
import type { Module, ModuleContext } from '../module.ts';
import { createAlertmanager } from './alertmanager.ts';
import { createIncidentCommands } from './commands.ts';
import { createContext } from './context.ts';
import { createDesk } from './desk.ts';
import { createDigest } from './digest.ts';
import { incidentRoutes } from './incident-routes.ts';
import { createIncidentLog, listName } from './incidents.ts';
import { createLoki } from './loki.ts';
import { createMaintenance } from './maintenance.ts';
import { maintenanceRoutes } from './maintenance-routes.ts';
import { createMarkdown } from './markdown.ts';
import { createIncidentMetrics } from './metrics.ts';
import { createSilencePerformers } from './performers.ts';
import { alertmanagerRoute, grafanaRoute, listRoute } from './routes.ts';
import type { incidentSettings } from './settings.ts';
import { createUpkeep } from './upkeep.ts';
import { createWrite } from './write.ts';

/** Log lines are read this long after the opening, so that those after it are there. Milliseconds. */
const contextAfterMs = 75_000;
const hourMs = 3_600_000;

export function open(given: ModuleContext<typeof incidentSettings>): Module {
  const { config, store, clock, log, newId, ttlMs, team, names } = given;
  countIncidents(given);
  const stamp = () => ({ newId, now: clock.now(), ttlMs });
  const channel = () => given.channelOf(config.ALERT_CHANNEL);
  const publicUrl = config.PUBLIC_URL ?? '';
  const loki = config.LOKI_READ_URL === undefined ? null : createLoki(config.LOKI_READ_URL);
  const alertmanager = config.ALERTMANAGER_URL === undefined ? null : createAlertmanager(config.ALERTMANAGER_URL);
  const contextOf = createContext({ loki, grafanaUrl: config.GRAFANA_URL ?? null, store });
  const options = {
    ...{ publicUrl, names, canReadLogs: loki !== null },
    canRestart: () => given.hasCommand('restart'),
    canRun: () => given.hasCommand('run'),
  };
  const hasAlertmanager = alertmanager !== null;
  const write = createWrite({ stamp, copiesOf: given.copiesOf, options, hasAlertmanager });
  const maintenance = createMaintenance(store);
  const desk = createDesk({ store, stamp, team, write });
  const incidents = createIncidentLog({
    ...{ store, stamp, team, channel, channelOf: given.channelOf, publicUrl, write, contextAfterMs },
    inMaintenance: maintenance.isOpen,
  });
  const at = config.DIGEST_AT ?? null;
  const digest = createDigest({ store, stamp, team, channel, at, timeZone: config.TIME_ZONE, names });
  const remindMs = config.REMIND_HOURS === 0 ? null : config.REMIND_HOURS * hourMs;
  const upkeep = createUpkeep({ store, clock, log, maintenance, write, contextOf, digest, remindMs });
  const logsOf = async (number: number) => (await contextOf(await desk.find(number))) ?? 'There is nothing to tell.';

  return {
    signals: incidents,
    commands: createIncidentCommands({
      ...{ store, desk, maintenance, names, stamp, logsOf: loki === null ? null : logsOf },
    }),
    effects: alertmanager === null ? {} : createSilencePerformers({ store, alertmanager, clock }),
    every: [{ name: 'incidents', everyMs: holdEveryMs, run: upkeep }],
    routes: [
      { plugin: alertmanagerRoute(incidents.take), prefix: '/ultronex/hooks', requireLogin: true, scope: 'hook' },
      {
        plugin: grafanaRoute(incidents.take, config.GRAFANA_WEBHOOK_SECRET ?? null, clock),
        ...{ prefix: '/ultronex/hooks', requireLogin: false, scope: 'hook:grafana' },
      },
      {
        plugin: listRoute((delivery) => store.state(listName(delivery))),
        ...{ prefix: '/ultronex/incidents', requireLogin: true, scope: 'read' },
      },
      {
        plugin: maintenanceRoutes({ clock, maintenance }),
        ...{ prefix: '/ultronex', requireLogin: true, scope: 'read' },
      },
      {
        plugin: incidentRoutes({
          ...{ store, clock, team, desk, maintenance, names, markdown: createMarkdown({ store, names }) },
        }),
        ...{ prefix: '/ultronex', requireLogin: true, scope: 'read' },
      },
    ],
  };
}

function countIncidents({ store, registry }: Pick<ModuleContext, 'store' | 'registry'>): void {
  const { incidents, undelivered } = createIncidentMetrics(registry);
  store.onState(({ source, state }) => {
    if (source === 'incident' && (state === 'failed' || state === 'expired')) undelivered.inc();
  });
  const counted: Partial<Record<string, Incident['status']>> = { opened: 'firing', resolved: 'resolved' };
  store.onIncident(({ history }) => {
    for (const { kind } of history) {
      const status = counted[kind];
      if (status !== undefined) incidents.inc({ status });
    }
  });
}
