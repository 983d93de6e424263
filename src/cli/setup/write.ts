import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../lib/error-code.ts';
import { CommandFailed } from '../command.ts';
import { alertmanagerConfig } from './alertmanager.ts';
import type { StackConfig } from './check-env.ts';
import { splitNames } from './checks.ts';
import { envFile } from './env-file.ts';
import { keepPassword, put, putOrRemove } from './files.ts';
import { usersConfig } from './haproxy.ts';
import { publicUrl } from './public-url.ts';

export interface Places {
  /** The folder of docker-compose.yml. */
  project: string;
  /** A folder for each service, named like it: its volume. */
  volumes: string;
  /** The program of the health checks. */
  probe: string;
  /** Tells of a password that had to be made anew. */
  warn(text: string): void;
}

/** Each service gets its own secrets and nobody else's. */
export function writeVolumes(config: StackConfig, { project, volumes, probe, warn }: Places): void {
  const { env, given, program } = config;
  // Before anything is written: what is missing here would leave half of it.
  const healthCheck = read(probe);
  const template = read(join(project, 'deploy/alertmanager/alertmanager.tmpl.yml')).toString('utf8');
  const volume = (service: string, file: string) => join(volumes, service, file);

  const password = keepPassword(volume('ultronex', 'password'), env.BASIC_AUTH_PASSWORD, warn);
  const { BASIC_AUTH_PASSWORD: _, ...others } = given;
  // Every name that HAProxy has a certificate for.
  const hosts = [...config.hostNames, ...splitNames(given.ALLOWED_HOSTS ?? '')].join(',');
  const ofStack = {
    PUBLIC_URL: publicUrl(config),
    ...(hosts !== '' && { ALLOWED_HOSTS: hosts }),
    // HAProxy asks from one of the stack's own networks; what it says of the client is its own (haproxy.cfg).
    TRUSTED_PROXIES: given.TRUSTED_PROXIES ?? 'loopback,attached',
    BASIC_AUTH_PASSWORD_FILE: '/run/secrets/password',
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

  put(volume('probe', 'wget'), healthCheck, 0o555);
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new CommandFailed(`${file} cannot be read (${errorCode(error)}); it is part of the project.`);
  }
}
