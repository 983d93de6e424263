import type { Feature } from '../../domain/off.ts';
import type { ConfigOf } from '../module.ts';
import type { containerSettings } from './settings.ts';

type Config = ConfigOf<typeof containerSettings>;
const hasDocker = ({ DOCKER_READ_URL }: Config) => DOCKER_READ_URL !== undefined;

/** The features that the module's settings turn on. */
export const containerFeatures: readonly Feature<Config>[] = [
  {
    name: 'containers',
    title: 'Containers',
    isOff: (config) => !hasDocker(config),
    text: 'The address of Docker’s API is not set: no page of containers, no container metrics. The stack sets it by itself.',
    setting: 'DOCKER_READ_URL=http://127.0.0.1:2375',
    guide: 'stack/containers',
    hasRoutes: true,
  },
  {
    name: 'control',
    title: 'Control of containers',
    isOff: (config) => hasDocker(config) && config.DOCKER_ACT_URL === undefined,
    text: 'Containers can be looked at, not started, stopped or restarted.',
    setting: 'COMPOSE_PROFILES=control\nDOCKER_ACT_URL=http://docker-act:2375',
    guide: 'stack/containers',
  },
  {
    name: 'traffic',
    title: 'Traffic between containers',
    isOff: (config) => hasDocker(config) && config.HAPROXY_METRICS_URL === undefined,
    text: 'The map of containers shows no traffic.',
    setting: 'HAPROXY_METRICS_URL=http://haproxy:8405/metrics',
    guide: 'stack/containers',
  },
  {
    // Only the stack sets these two settings; without them the program runs on its own.
    name: 'dashboards',
    title: 'Dashboards, logs, alerts',
    isOff: (config) => !hasDocker(config) && config.HAPROXY_METRICS_URL === undefined,
    text: 'Grafana’s dashboards, logs in Loki, Prometheus and its alerts belong to the stack; this program runs alone. Its own metrics are at /metrics, and LOKI_URL sends its log to a Loki elsewhere.',
    setting: 'docker compose up -d',
    guide: 'stack/metrics-and-dashboards',
  },
];
