import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../lib/error-code.ts';
import { alertmanagerConfig } from './alertmanager.ts';
import type { StackConfig } from './check-env.ts';
import { splitNames } from './checks.ts';
import { envFile } from './env-file.ts';
import { keepPassword, put, putOrRemove } from './files.ts';
import { usersConfig } from './haproxy.ts';
import { bucketCredentials } from './loki.ts';
import { publicUrl } from './public-url.ts';
import { SetupFailed } from './setup-failed.ts';
import { valkeyConfig } from './valkey.ts';

export interface Places {
  /** The folder of docker-compose.yml. */
  project: string;
  /** A folder with each service's volume, by its name. */
  volumes: string;
  /** The static wget for the health checks. */
  probe: string;
  /** Called when a damaged password was replaced. */
  warn(text: string): void;
}

/** Writes each service's secrets and settings into its own volume. @throws SetupFailed */
export function writeVolumes(config: StackConfig, { project, volumes, probe, warn }: Places): void {
  const { env, given, program } = config;
  // Read before anything is written, so that a missing file does not leave the volumes half written.
  const healthCheck = read(probe);
  const template = read(join(project, 'deploy/alertmanager/alertmanager.tmpl.yml')).toString('utf8');
  const volume = (service: string, file: string) => join(volumes, service, file);

  const password = keepPassword(volume('ultronex', 'password'), env.BASIC_AUTH_PASSWORD, warn);
  const { BASIC_AUTH_PASSWORD: _, ...others } = given;
  // All names for which HAProxy has a certificate.
  const hosts = [...config.hostNames, ...splitNames(given.ALLOWED_HOSTS ?? '')].join(',');
  const ofStack = {
    PUBLIC_URL: publicUrl(config),
    GRAFANA_URL: given.GRAFANA_URL ?? `${publicUrl(config)}/grafana`,
    ...(hosts !== '' && { ALLOWED_HOSTS: hosts }),
    // HAProxy connects from one of the stack's networks, and replaces the client's X-Forwarded- headers (haproxy.cfg).
    TRUSTED_PROXIES: given.TRUSTED_PROXIES ?? 'loopback,attached',
    BASIC_AUTH_PASSWORD_FILE: '/run/secrets/password',
    ...databaseUrl(config, volume('postgres', 'password'), warn),
    ...redisUrl(config, (file) => volume('valkey', file), warn),
  };
  put(volume('ultronex', 'ultronex.env'), envFile({ ...others, ...ofStack }));

  const statsPassword = keepPassword(volume('haproxy', 'stats_password'), env.STATS_PASSWORD, warn);
  put(volume('haproxy', 'users.cfg'), usersConfig(statsPassword));

  keepPassword(volume('grafana', 'grafana_password'), env.GRAFANA_ADMIN_PASSWORD, warn);
  put(volume('grafana', 'root_url'), `${publicUrl(config)}/grafana/\n`);

  const choices = {
    username: program.BASIC_AUTH_USERNAME,
    publicUrl: publicUrl(config),
    webhook: env.ALERT_WEBHOOK_URL !== undefined,
    deadman: env.DEADMAN_URL !== undefined,
  };
  put(volume('alertmanager', 'password'), `${password}\n`);
  putOrRemove(volume('alertmanager', 'slack_webhook'), env.ALERT_WEBHOOK_URL);
  putOrRemove(volume('alertmanager', 'deadman_url'), env.DEADMAN_URL);
  put(volume('alertmanager', 'alertmanager.yml'), alertmanagerConfig(template, choices));

  putOrRemove(volume('loki', 'credentials'), bucketCredentials(env));

  put(volume('probe', 'wget'), healthCheck, 0o555);
}

/** Writes the password of the stack's own database, and returns DATABASE_URL with it. Another database's address stays as it is. */
function databaseUrl(config: StackConfig, file: string, warn: Places['warn']): { DATABASE_URL?: string } {
  const url = ownAddress(config, 'DATABASE_URL', 'postgres', 'postgres');
  if (url === null) return {};
  return { DATABASE_URL: withPassword(url, keepPassword(file, passwordOf(url), warn)) };
}

/** As `databaseUrl`, for the stack's own Valkey, whose configuration has the password, too. */
function redisUrl(config: StackConfig, folder: (file: string) => string, warn: Places['warn']): { REDIS_URL?: string } {
  const url = ownAddress(config, 'REDIS_URL', 'redis', 'valkey');
  if (url === null) return {};
  const password = keepPassword(folder('password'), passwordOf(url) ?? config.given.REDIS_PASSWORD, warn);
  put(folder('valkey.conf'), valkeyConfig(password));
  return { REDIS_URL: withPassword(url, password) };
}

/** Returns the address in a setting if it names a service of the stack that runs. */
function ownAddress({ env, given }: StackConfig, setting: string, profile: string, service: string): URL | null {
  const written = given[setting];
  if (written === undefined || !(env.COMPOSE_PROFILES ?? '').split(',').includes(profile)) return null;
  const url = new URL(written);
  return url.hostname === service ? url : null;
}

const passwordOf = ({ password }: URL) => (password === '' ? undefined : decodeURIComponent(password));

function withPassword(url: URL, password: string): string {
  url.password = encodeURIComponent(password);
  return url.href;
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new SetupFailed(`${file} cannot be read (${errorCode(error)}); it is part of the project.`);
  }
}
