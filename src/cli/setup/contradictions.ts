import { memoryBytes } from './memory.ts';
import { stackSettings } from './settings.ts';

type Env = Readonly<Record<string, string>>;

/** What is right by itself and wrong together. */
export function contradictions(env: Env): string[] {
  return [...ofNames(env), ...ofPorts(env), ...ofGarbageLimits(env), ...ofControl(env)];
}

function ofNames({ HOST_NAMES, ACME_EMAIL, ACME_STAGING, ACME_SERVER }: Env): string[] {
  const problems: string[] = [];
  const lonely = Object.entries({ ACME_EMAIL, ACME_SERVER }).find(([, value]) => value !== undefined);
  if (HOST_NAMES === undefined && (lonely !== undefined || ACME_STAGING === 'true')) {
    problems.push(
      `${lonely?.[0] ?? 'ACME_STAGING'} is set, but HOST_NAMES is not: write the names to get a certificate for, or take it out for a trial on localhost.`,
    );
  }
  if (ACME_SERVER !== undefined && ACME_STAGING === 'true') {
    problems.push('ACME_SERVER and ACME_STAGING=true are both set; keep one of them.');
  }
  return problems;
}

function ofPorts(env: Env): string[] {
  return effective('HTTP_PORT', env) === effective('HTTPS_PORT', env)
    ? [`HTTP_PORT and HTTPS_PORT are both ${effective('HTTP_PORT', env)}; give one of them another.`]
    : [];
}

function ofGarbageLimits(env: Env): string[] {
  return ['LOKI', 'GRAFANA'].flatMap((service) => {
    const [limit, soft] = [effective(`${service}_MEMORY`, env), effective(`${service}_GOMEMLIMIT`, env)];
    const isSize = stackSettings[`${service}_MEMORY`]?.check(limit) === null;
    if (!isSize || memoryBytes(soft) < memoryBytes(limit)) return [];
    return [
      `${service}_GOMEMLIMIT (${soft}) is not below ${service}_MEMORY (${limit}): set both, the first to some 90 % of the second.`,
    ];
  });
}

function ofControl({ COMPOSE_PROFILES = '', DOCKER_ACT_URL }: Env): string[] {
  return COMPOSE_PROFILES.split(',').includes('control') && DOCKER_ACT_URL === undefined
    ? [
        'COMPOSE_PROFILES has control, but the program is not told where it is: set DOCKER_ACT_URL=http://docker-act:2375.',
      ]
    : [];
}

function effective(name: string, env: Env): string {
  return env[name] ?? stackSettings[name]?.default ?? '';
}
