import { hostile } from './site.ts';

const minute = 60_000;
const mib = 1_024 * 1_024;

/** A container as the routes tell of it, running and well but for what is given. */
export function container(service: string, more: Record<string, unknown> = {}) {
  return {
    ...{ id: `id-${service}`, name: `ultronex-${service}-1`, service, image: `${service}:latest` },
    ...{ state: 'running', status: 'Up 3 minutes (healthy)', health: 'healthy', restarts: 0 },
    ...{
      startedAt: new Date(Date.now() - 3 * minute).toISOString() as string | null,
      cpuPercent: 0.4,
      memoryBytes: 40 * mib,
      memoryLimitBytes: 128 * mib,
    },
    ...{ networks: ['ultronex_observe'], protected: null },
    ...more,
  };
}

const two = ['ultronex_app', 'ultronex_observe'];

/** The stack on a bad day. */
export const containers = [
  container('ultronex', {
    ...{ cpuPercent: 2.41, memoryBytes: 96 * mib, memoryLimitBytes: 256 * mib, networks: [...two, 'ultronex_socket'] },
    protected: 'The program itself: it would cut the branch it sits on. Use docker compose on the machine.',
  }),
  container('haproxy', { image: 'haproxy:3.2', cpuPercent: 7.8, networks: ['ultronex_edge', ...two] }),
  container('prometheus', { image: 'prom/prometheus:v3.13.0', memoryBytes: 178 * mib, memoryLimitBytes: 192 * mib }),
  container('alertmanager', { image: 'prom/alertmanager:v0.33.1', networks: two, health: 'starting' }),
  container('loki', { health: 'unhealthy', restarts: 4, status: 'Up 20 seconds (unhealthy)', cpuPercent: 41.3 }),
  container('otelcol', { image: 'ghcr.io/a-rather-long-organisation/opentelemetry-collector-contrib:0.158.0' }),
  container('grafana', { networks: two, health: 'none', status: 'Up 2 days' }),
  container('certbot', {
    networks: ['ultronex_app'],
    refuses: { stop: 'It renews `certificates`.' },
    state: 'paused',
    status: 'Up 3 minutes (Paused)',
  }),
  container('docker-read', { networks: ['ultronex_socket'], protected: 'A proxy of the Docker socket.' }),
  container('setup', {
    ...{ state: 'exited', status: 'Exited (0) 3 minutes ago', health: 'none', networks: [] },
    ...{ cpuPercent: null, memoryBytes: 0, memoryLimitBytes: null },
  }),
  container('evil', { name: 'evil-1', service: hostile, image: hostile, memoryLimitBytes: null }),
];

const members = (network: string) =>
  containers.filter((each) => each.networks.includes(network)).map((each) => each.name);

export const list = {
  control: true,
  controlHint: null as string | null,
  containers,
  networks: ['edge', 'app', 'observe', 'socket'].map((name) => ({
    name: `ultronex_${name}`,
    containers: members(`ultronex_${name}`),
  })),
  traffic: [
    { from: 'haproxy', to: 'ultronex', requestsPerSecond: 212.4, bytesPerSecond: 1_480_000 },
    { from: 'haproxy', to: 'grafana', requestsPerSecond: 3.2, bytesPerSecond: 41_000 },
    { from: 'haproxy', to: 'prometheus', requestsPerSecond: 0, bytesPerSecond: 0 },
    { from: 'haproxy', to: 'slow-site', requestsPerSecond: 0.04, bytesPerSecond: 120 },
  ],
};
