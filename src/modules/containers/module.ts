import { join } from 'node:path';
import type { Module, ModuleContext } from '../module.ts';
import { createAudit } from './audit.ts';
import { createContainerCommands, createRestart } from './commands.ts';
import { createControl } from './control.ts';
import { createDockerActor, createDockerReader } from './docker/client.ts';
import { defineContainerMetrics } from './metrics.ts';
import { createProtection } from './protection.ts';
import { createReadings } from './readings.ts';
import { containerRoutes } from './routes.ts';
import type { containerSettings } from './settings.ts';
import { createTraffic } from './traffic.ts';
import { watchContainers } from './watch.ts';

export function open({
  config,
  clock,
  log,
  live,
  registry,
  newId,
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
  const audit = createAudit(join(config.DATA_DIR, 'audit.log'));
  const control = createControl({ readings, protection, audit, actor, clock, log, newId });
  const traffic = createTraffic(config.HAPROXY_METRICS_URL, clock);
  const username = config.BASIC_AUTH_USERNAME;
  const parts = { docker, readings, protection, audit, control, traffic, username, clock, log };
  defineContainerMetrics(registry, readings, clock);

  return {
    routes: [{ plugin: containerRoutes(parts), prefix: '/ultronex/containers', requireLogin: true, scope: 'read' }],
    commands: createContainerCommands({ readings, control, protection, controlUsers: config.CONTROL_USERS, clock }),
    effects: { restart: createRestart(control) },
    health: {
      name: 'containers',
      of() {
        const problem = readings.problem();
        if (problem !== null) return { state: 'degraded', detail: problem };
        return { state: 'ok', detail: `${readings.count()} containers${actor === null ? ', read-only' : ''}` };
      },
    },
    start: () => onStop('containers', watchContainers({ docker, readings, live, clock })),
  };
}
