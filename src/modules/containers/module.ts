import { join } from 'node:path';
import { createDockerActor, createDockerReader } from '../../docker/index.ts';
import { compose } from '../../domain/compose.ts';
import type { Button, NewDelivery } from '../../domain/delivery.ts';
import { inSlack } from '../../domain/destination.ts';
import type { Actor } from '../../domain/principal.ts';
import type { Module, ModuleContext } from '../module.ts';
import { createAudit } from './audit.ts';
import { createContainerCommands, createRestart } from './commands.ts';
import { createControl } from './control.ts';
import { importAudit } from './import-audit.ts';
import { createIncidentWatch } from './incident-watch.ts';
import { defineContainerMetrics } from './metrics.ts';
import { createProtection } from './protection.ts';
import { createReadings } from './readings.ts';
import { containerRoutes } from './routes.ts';
import type { containerSettings } from './settings.ts';
import { createTraffic } from './traffic.ts';
import { createTwoPerson } from './two-person.ts';
import { watchContainers } from './watch.ts';

/** Status and /readyz are at most this old when nobody reads the containers. Milliseconds. */
const refreshMs = 60_000;

export function open({
  config,
  clock,
  log,
  store,
  live,
  signals,
  registry,
  newId,
  team,
  ttlMs,
  names,
  onStop,
}: ModuleContext<typeof containerSettings>): Module {
  const docker = createDockerReader(config.DOCKER_READ_URL ?? '');
  const actor = config.DOCKER_ACT_URL === undefined ? null : createDockerActor(config.DOCKER_ACT_URL);
  onStop('Docker’s clients', () => {
    docker.close();
    actor?.close();
  });
  const readings = createReadings({ docker, clock, log });
  const protection = createProtection();
  const audit = createAudit(store);
  const nameOf = ({ kind, name }: Actor) => (kind === 'slack' ? (names.user(name) ?? name) : name);
  const twoPerson = config.TWO_PERSON ? createTwoPerson(store, clock, nameOf) : null;
  const control = createControl({ twoPerson, readings, protection, audit, actor, clock, log, newId });
  function toChannel(channel: string, text: string, button: Button): NewDelivery {
    const stamp = { newId, now: clock.now(), ttlMs };
    return compose(stamp, { team: team(), destination: inSlack(channel), source: 'command', text, buttons: [button] });
  }
  const traffic = createTraffic(config.HAPROXY_METRICS_URL, clock);
  const parts = { docker, readings, protection, audit, control, traffic, clock, log };
  defineContainerMetrics(registry, readings, clock);

  return {
    routes: [{ plugin: containerRoutes(parts), prefix: '/ultronex/containers', requireLogin: true, scope: 'read' }],
    commands: createContainerCommands({ readings, control, protection, clock, twoPerson: config.TWO_PERSON }),
    effects: { restart: createRestart({ control, toChannel, nameOf }) },
    health: {
      name: 'containers',
      of() {
        const problem = readings.problem();
        if (problem !== null) return { state: 'degraded', detail: problem };
        return { state: 'ok', detail: `${readings.count()} containers${actor === null ? ', read-only' : ''}` };
      },
    },
    every: [{ name: 'containers', everyMs: refreshMs, run: readings.refresh }],
    async start() {
      await importAudit(join(config.DATA_DIR, 'audit.log'), { store, clock, log });
      const incidents = config.CONTAINER_INCIDENTS ? createIncidentWatch({ docker, signals, store, clock, log }) : null;
      onStop('containers', watchContainers({ docker, readings, live, incidents, clock }));
    },
  };
}
