import { hostile } from './site.ts';

const minute = 60_000;
const mib = 1_024 * 1_024;

/** A container as the API returns it: running and healthy, unless `more` says otherwise. */
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
    ...{ networks: ['ultronex_observe'], protected: null as string | null, refuses: {} },
    ...more,
  };
}

const two = ['ultronex_app', 'ultronex_observe'];

/** The stack, in which some containers have problems. */
export const containers = [
  container('ultronex', {
    ...{ cpuPercent: 2.41, memoryBytes: 96 * mib, memoryLimitBytes: 256 * mib, networks: [...two, 'ultronex_socket'] },
    protected: 'This is Ultronex itself, which cannot stop or restart itself. Use docker compose on the server.',
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
    ...{ state: 'exited', status: 'Exited (1) 3 minutes ago', health: 'none', networks: [] },
    ...{ cpuPercent: null, memoryBytes: 0 },
  }),
  container('', { name: 'by-hand', image: 'busybox', health: 'none', status: 'Up 5 days', networks: ['bridge'] }),
  container('evil', { name: 'evil-1', service: hostile, image: hostile, memoryLimitBytes: null }),
];

const members = (network: string) =>
  containers.filter((each) => each.networks.includes(network)).map((each) => each.name);

export const list = {
  control: true,
  controlHint: null as string | null,
  containers,
  networks: ['bridge', 'host', 'none', 'ultronex_app', 'ultronex_edge', 'ultronex_observe', 'ultronex_socket'].map(
    (name) => ({ name, containers: members(name) }),
  ),
  traffic: [
    fromHaproxy('ultronex', 212.4, 1_480_000),
    fromHaproxy('grafana', 3.2, 41_000),
    fromHaproxy('prometheus', 0, 0),
    fromHaproxy('alertmanager', 0.04, 120),
  ],
};

function fromHaproxy(service: string, requestsPerSecond: number, bytesPerSecond: number) {
  return { from: 'ultronex-haproxy-1', to: `ultronex-${service}-1`, requestsPerSecond, bytesPerSecond };
}

const deed = (id: number, minutesAgo: number, more: Record<string, unknown>) => ({
  ...{ id: `audit-${id}`, at: new Date(Date.now() - minutesAgo * minute).toISOString() },
  ...{ via: 'http', who: 'ultron', from: '10.0.0.7', action: 'restart', container: 'ultronex-loki-1' },
  ...{ outcome: 'done', detail: '' },
  ...more,
});

/** Newest first. */
export const audit = [
  deed(5, 0, { action: 'shell', container: 'ultronex-haproxy-1', outcome: 'begun' }),
  deed(4, 4, { via: 'slack', who: 'U024BE7LH', from: 'C061EG9SL' }),
  deed(3, 61, {
    action: 'stop',
    container: 'ultronex-ultronex-1',
    outcome: 'refused',
    detail: 'This is Ultronex itself.',
  }),
  deed(2, 300, { outcome: 'failed', detail: `No such container: ${hostile}` }),
  deed(1, 4_000, { action: 'shell', detail: 'closed' }),
  ...Array.from({ length: 9 }, (_, at) => deed(-at, 5_000 + at, { action: 'pause' })),
];
