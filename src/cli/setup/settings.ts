import {
  address,
  type Check,
  flag,
  hostNames,
  httpsUrl,
  matching,
  memory,
  oneLine,
  password,
  port,
  webhook,
} from './checks.ts';
import { durationHours } from './duration.ts';

/** A setting of the stack, in `.env`. Gives the check of `ultronex setup`, `.env.example` and docs/stack.md. */
export interface StackSetting {
  description: string;
  /** As docker-compose.yml has it. */
  default?: string;
  /** Never shown. */
  secret?: true;
  check: Check;
}

const generated = 'Unset: one is generated and kept in its volume.';
const limit = (of: string, fallback: string): StackSetting => ({
  description: `Memory limit of ${of}.`,
  default: fallback,
  check: memory,
});

export const stackSettings: Record<string, StackSetting> = {
  HOST_NAMES: {
    description:
      'Public DNS names of this machine, separated by commas; the first is in the links. Unset: a trial on localhost, with a certificate of its own.',
    check: hostNames,
  },
  ACME_EMAIL: {
    description:
      'Where Let’s Encrypt may write to, about its terms or a revoked certificate. Certificates are issued without it too.',
    check: matching(/^[^\s@"'$]+@[^\s@"'$]+$/, 'write an e-mail address.'),
  },
  ACME_STAGING: {
    description:
      'Certificates of Let’s Encrypt’s test authority, which browsers do not trust but which has no narrow limits.',
    default: 'false',
    check: flag,
  },
  ACME_SERVER: { description: 'Another authority than Let’s Encrypt: the address of its directory.', check: httpsUrl },
  BIND_ADDRESS: { description: 'Address the two ports below are open on.', default: '0.0.0.0', check: address },
  HTTP_PORT: {
    description: 'Port that sends browsers on to HTTPS, and that proves the names: Let’s Encrypt asks at 80.',
    default: '80',
    check: port,
  },
  HTTPS_PORT: { description: 'Port of everything else.', default: '443', check: port },

  STATS_PASSWORD: {
    description: `Password of \`admin\` for HAProxy’s statistics. ${generated}`,
    secret: true,
    check: password,
  },
  GRAFANA_ADMIN_PASSWORD: {
    description: `Password of \`admin\` for Grafana, taken over at its first start. ${generated}`,
    secret: true,
    check: password,
  },
  ALERT_WEBHOOK_URL: {
    description: 'Slack incoming webhook for the alerts that the program cannot post because it is down itself.',
    secret: true,
    check: webhook,
  },
  DEADMAN_URL: {
    description:
      'Address outside that is called every minute; when the calls stop, it tells you that the machine is gone.',
    secret: true,
    check: webhook,
  },

  LOG_RETENTION: {
    description: 'How long Loki keeps log lines; at least 24h.',
    default: '336h',
    check: (value) =>
      (durationHours(value) ?? 0) >= 24 ? null : 'write a duration of at least 24h, as in 336h or 14d.',
  },
  METRICS_SIZE: {
    description: 'Room for Prometheus’ metrics; the oldest go first.',
    default: '2GB',
    check: matching(/^[1-9]\d*(MB|GB|TB)$/, 'write a size with MB, GB or TB, as in 2GB.'),
  },
  METRICS_TIME: {
    description: 'How long Prometheus keeps metrics.',
    default: '90d',
    check: (value) => ((durationHours(value) ?? 0) > 0 ? null : 'write a duration, as in 90d.'),
  },

  ULTRONEX_MEMORY: limit('the program', '256m'),
  HAPROXY_MEMORY: limit('HAProxy', '128m'),
  PROMETHEUS_MEMORY: limit('Prometheus', '192m'),
  LOKI_MEMORY: limit('Loki', '320m'),
  LOKI_GOMEMLIMIT: {
    description: 'Where Loki begins to collect garbage harder; some 90 % of LOKI_MEMORY.',
    default: '280MiB',
    check: matching(/^\d+(B|KiB|MiB|GiB)$/, 'write a size with MiB or GiB, as in 280MiB.'),
  },
  GRAFANA_MEMORY: limit('Grafana', '512m'),
  GRAFANA_GOMEMLIMIT: {
    description: 'Where Grafana begins to collect garbage harder; some 90 % of GRAFANA_MEMORY.',
    default: '460MiB',
    check: matching(/^\d+(B|KiB|MiB|GiB)$/, 'write a size with MiB or GiB, as in 460MiB.'),
  },

  ULTRONEX_VERSION: {
    description: 'Tag of the image `ultronex`.',
    default: 'latest',
    check: matching(/^\w[\w.-]{0,127}$/, 'write a tag, as in 0.1.0.'),
  },
  DOCKER_ROOT: {
    description: 'Docker’s own folder, as `docker info` says under "Docker Root Dir".',
    default: '/var/lib/docker',
    check: matching(/^\/[^\s:"'$]*$/, 'write an absolute path.'),
  },
  HOST_PROPAGATION: {
    description:
      'rslave: disks that are mounted later are measured too; the server’s roles set it. Unset: as the engine chooses.',
    check: matching(/^rslave$/, 'write rslave, or leave it out.'),
  },
  COMPOSE_PROFILES: {
    description: '`control` starts the service behind DOCKER_ACT_URL.',
    check: matching(/^[\w.,-]+$/, 'write names separated by commas.'),
  },
  COMPOSE_FILE: {
    description: 'Compose files to use, separated by colons; for one of your own beside docker-compose.yml name both.',
    check: oneLine,
  },
  COMPOSE_PROJECT_NAME: {
    description: 'Name before those of containers and volumes; a second stack on one machine needs another.',
    default: 'ultronex',
    check: matching(/^[a-z0-9][a-z0-9_-]*$/, 'write small letters, digits, - and _.'),
  },
};

/** Of Docker and Compose, which read them from `.env` themselves. */
export const toolSettings: readonly string[] = [
  ...['ANSI', 'BAKE', 'CONVERT_WINDOWS_PATHS', 'ENV_FILES', 'EXPERIMENTAL', 'HTTP_TIMEOUT', 'IGNORE_ORPHANS'],
  ...['MENU', 'PARALLEL_LIMIT', 'PATH_SEPARATOR', 'PROGRESS', 'REMOVE_ORPHANS', 'STATUS_STDOUT'],
]
  .map((name) => `COMPOSE_${name}`)
  .concat(
    ['API_VERSION', 'BUILDKIT', 'CERT_PATH', 'CONFIG', 'CONTENT_TRUST', 'CONTEXT', 'DEFAULT_PLATFORM', 'HOST'].map(
      (name) => `DOCKER_${name}`,
    ),
    ['DOCKER_TLS', 'DOCKER_TLS_VERIFY'],
  );

/** The program's, which docker-compose.yml or the image sets: another value would not arrive, or break what counts on it. */
export const fixedSettings: readonly string[] = [
  'DATA_DIR',
  'HOST',
  'PORT',
  'REPLIES_DIR',
  'DOCKER_READ_URL',
  'HAPROXY_METRICS_URL',
];
