import {
  accessKey,
  address,
  type Check,
  flag,
  hostNames,
  httpsUrl,
  machine,
  matching,
  memory,
  oneLine,
  password,
  port,
  webhook,
} from './checks.ts';
import { durationHours } from './duration.ts';

/** A setting of the stack in `.env`. Used by the check of `ultronex setup`, and to generate `.env.example` and docs/stack.md. */
export interface StackSetting {
  description: string;
  /** The default in docker-compose.yml. */
  default?: string;
  /** The value is never printed. */
  secret?: true;
  check: Check;
}

const generated = 'If unset, a password is generated and kept in the service’s volume.';
const limit = (of: string, fallback: string): StackSetting => ({
  description: `Memory limit of ${of}.`,
  default: fallback,
  check: memory,
});

export const stackSettings: Record<string, StackSetting> = {
  HOST_NAMES: {
    description:
      'Public DNS names of this machine, separated by commas; links use the first. If unset, a trial on localhost with a self-signed certificate.',
    check: hostNames,
  },
  ACME_EMAIL: {
    description:
      'E-mail address for notices of Let’s Encrypt about its terms or a revoked certificate. Optional: certificates are issued without it.',
    check: matching(/^[^\s@"'$]+@[^\s@"'$]+$/, 'write an e-mail address.'),
  },
  ACME_STAGING: {
    description:
      'Use Let’s Encrypt’s staging environment: browsers do not trust its certificates, but its rate limits are high.',
    default: 'false',
    check: flag,
  },
  ACME_SERVER: {
    description: 'Another certificate authority than Let’s Encrypt: the address of its ACME directory.',
    check: httpsUrl,
  },
  BIND_ADDRESS: { description: 'Address on which the two ports below listen.', default: '0.0.0.0', check: address },
  HTTP_PORT: {
    description:
      'Port that redirects browsers to HTTPS and answers the ACME challenge. Let’s Encrypt connects to port 80.',
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
    description: `Password of \`admin\` for Grafana, used at its first start only. ${generated}`,
    secret: true,
    check: password,
  },
  ALERT_WEBHOOK_URL: {
    description: 'Slack incoming webhook for alerts while the program itself is down.',
    secret: true,
    check: webhook,
  },
  DEADMAN_URL: {
    description:
      'Address of an outside service (dead man’s switch) that is called every minute, and notifies you when the calls stop.',
    secret: true,
    check: webhook,
  },

  LOG_RETENTION: {
    description: 'How long Loki keeps log lines; at least 24h.',
    default: '336h',
    check: (value) =>
      (durationHours(value) ?? 0) >= 24 ? null : 'write a duration of at least 24h, as in 336h or 14d.',
  },
  LOG_BUCKET: {
    description:
      'Name of an S3 bucket in which Loki stores log lines. If unset, it stores them in its volume. See docs/stack.md, "Logs in a bucket".',
    check: matching(
      /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      'write the name alone: small letters, digits, dots and hyphens.',
    ),
  },
  LOG_BUCKET_ENDPOINT: {
    description: 'Address of the object storage with the bucket, as in https://fsn1.your-objectstorage.com.',
    check: matching(
      /^https:\/\/[a-z0-9.-]+(:\d+)?$/,
      'write https:// and the host name, without the bucket and without a path.',
    ),
  },
  LOG_BUCKET_REGION: {
    description: 'Region for the signature of requests. Most servers other than Amazon’s accept the default.',
    default: 'us-east-1',
    check: matching(/^[a-z0-9-]+$/, 'write small letters, digits and hyphens, as in eu-central-1.'),
  },
  LOG_BUCKET_KEY_ID: {
    description: 'Id of the access key, which may read, write, list and delete objects of the bucket.',
    check: accessKey,
  },
  LOG_BUCKET_SECRET: { description: 'Secret of the access key.', secret: true, check: accessKey },
  METRICS_SIZE: {
    description: 'Disk space for Prometheus’ metrics; the oldest are deleted first.',
    default: '2GB',
    check: matching(/^[1-9]\d*(MB|GB|TB)$/, 'write a size with MB, GB or TB, as in 2GB.'),
  },
  METRICS_TIME: {
    description: 'How long Prometheus keeps metrics.',
    default: '90d',
    check: (value) => ((durationHours(value) ?? 0) > 0 ? null : 'write a duration, as in 90d.'),
  },

  ULTRONEX_MEMORY: limit('the program', '256m'),
  ULTRONEX_REPLICAS: {
    description:
      'Number of containers of the program behind HAProxy, 6 at most. More than one needs DATABASE_URL: docs/scaling.md.',
    default: '1',
    check: matching(/^[1-6]$/, 'write a number from 1 to 6.'),
  },
  DATABASE_NODE_1: {
    description:
      'On several machines (deploy/swarm): private address of the first machine with PostgreSQL under Patroni. HAProxy then has port 5432, and sends connections to the primary.',
    check: machine,
  },
  DATABASE_NODE_2: { description: 'Private address of the second such machine.', check: machine },
  POSTGRES_MEMORY: limit('PostgreSQL (profile postgres)', '256m'),
  POSTGRES_SHARED_BUFFERS: {
    description: 'Cache of PostgreSQL (shared_buffers); about a quarter of POSTGRES_MEMORY.',
    default: '64MB',
    check: matching(/^[1-9]\d*(kB|MB|GB)$/, 'write a size with MB or GB, as in 64MB.'),
  },
  VALKEY_MEMORY: limit('Valkey (profile redis)', '320m'),
  VALKEY_MAXMEMORY: {
    description:
      'Memory for the data of Valkey (maxmemory), less than half of VALKEY_MEMORY. When it is full, events wait in the program’s store.',
    default: '128mb',
    check: matching(/^[1-9]\d*(mb|gb)$/, 'write a size with mb or gb, as in 128mb.'),
  },
  HAPROXY_MEMORY: limit('HAProxy', '128m'),
  PROMETHEUS_MEMORY: limit('Prometheus', '192m'),
  LOKI_MEMORY: limit('Loki', '320m'),
  LOKI_GOMEMLIMIT: {
    description: 'Soft memory limit of Loki’s Go runtime (GOMEMLIMIT); about 90 % of LOKI_MEMORY.',
    default: '280MiB',
    check: matching(/^\d+(B|KiB|MiB|GiB)$/, 'write a size with MiB or GiB, as in 280MiB.'),
  },
  GRAFANA_MEMORY: limit('Grafana', '512m'),
  GRAFANA_GOMEMLIMIT: {
    description: 'Soft memory limit of Grafana’s Go runtime (GOMEMLIMIT); about 90 % of GRAFANA_MEMORY.',
    default: '460MiB',
    check: matching(/^\d+(B|KiB|MiB|GiB)$/, 'write a size with MiB or GiB, as in 460MiB.'),
  },

  ULTRONEX_VERSION: {
    description: 'Tag of the image `ultronex`.',
    default: 'latest',
    check: matching(/^\w[\w.-]{0,127}$/, 'write a tag, as in 0.1.0.'),
  },
  DOCKER_ROOT: {
    description: 'Docker’s data folder: "Docker Root Dir" in the output of `docker info`.',
    default: '/var/lib/docker',
    check: matching(/^\/[^\s:"'$]*$/, 'write an absolute path.'),
  },
  HOST_PROPAGATION: {
    description:
      'Mount propagation of the host’s file system. With rslave, disks that are mounted later are measured too; the server’s roles set it. If unset, Docker’s default.',
    check: matching(/^rslave$/, 'write rslave, or leave it out.'),
  },
  COMPOSE_PROFILES: {
    description:
      'Optional services, separated by commas: `control` starts the one behind DOCKER_ACT_URL, `jobs` the one behind DOCKER_JOBS_URL, `postgres` the one behind DATABASE_URL, `redis` the one behind REDIS_URL.',
    check: matching(/^[\w.,-]+$/, 'write names separated by commas.'),
  },
  COMPOSE_FILE: {
    description:
      'Compose files to use, separated by colons. To add one of your own, name docker-compose.yml and yours.',
    check: oneLine,
  },
  COMPOSE_PROJECT_NAME: {
    description: 'Prefix of the names of containers and volumes. A second stack on the same machine needs another one.',
    default: 'ultronex',
    check: matching(/^[a-z0-9][a-z0-9_-]*$/, 'write small letters, digits, - and _.'),
  },
};

/** Settings of Docker and Compose, which read them from `.env`. */
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

/** Settings of the program that docker-compose.yml or the image sets. Another value would be ignored, or break the stack. */
export const fixedSettings: readonly string[] = [
  'DATA_DIR',
  'HOST',
  'PORT',
  'RELEASE',
  'REPLIES_DIR',
  'DOCKER_READ_URL',
  'HAPROXY_METRICS_URL',
];
