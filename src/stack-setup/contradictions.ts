import { memoryBytes } from './memory.ts';
import { stackSettings } from './settings.ts';

type Env = Readonly<Record<string, string>>;

/** Returns problems of settings that are valid by themselves but not together. */
export function contradictions(env: Env): string[] {
  return [...ofNames(env), ...ofPorts(env), ...ofGarbageLimits(env), ...ofProfiles(env), ...ofReplicas(env)];
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

/** Settings by which the program uses the service of a profile. */
const settingsOf: Record<string, Env> = {
  control: { DOCKER_ACT_URL: 'http://docker-act:2375' },
  jobs: { DOCKER_JOBS_URL: 'unix:/run/docker-jobs/jobs.sock', JOB_IMAGES: 'alpine:3.22' },
  postgres: { DATABASE_URL: 'postgres://ultronex@postgres:5432/ultronex' },
};

function ofReplicas({ ULTRONEX_REPLICAS, DATABASE_URL }: Env): string[] {
  if ((ULTRONEX_REPLICAS ?? '1') === '1' || DATABASE_URL !== undefined) return [];
  return [
    `ULTRONEX_REPLICAS=${ULTRONEX_REPLICAS} needs a database that they share: set DATABASE_URL, as docs/scaling.md says, or ULTRONEX_REPLICAS=1.`,
  ];
}

function ofProfiles(env: Env): string[] {
  const profiles = (env.COMPOSE_PROFILES ?? '').split(',');
  return Object.entries(settingsOf).flatMap(([profile, settings]) => {
    const missing = Object.entries(settings).filter(([name]) => profiles.includes(profile) && env[name] === undefined);
    const lines = missing.map(([name, example]) => `${name}=${example}`).join(' and ');
    return lines === '' ? [] : [`COMPOSE_PROFILES has ${profile}, but its settings are missing: set ${lines}.`];
  });
}

function effective(name: string, env: Env): string {
  return env[name] ?? stackSettings[name]?.default ?? '';
}
