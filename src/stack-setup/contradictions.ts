import { memoryBytes } from './memory.ts';
import { stackSettings } from './settings.ts';

type Env = Readonly<Record<string, string>>;

/** Returns problems of settings that are valid by themselves but not together. */
export function contradictions(env: Env): string[] {
  return [
    ...ofNames(env),
    ...ofPorts(env),
    ...ofGarbageLimits(env),
    ...ofProfiles(env),
    ...ofReplicas(env),
    ...ofValkey(env),
    ...ofDatabase(env),
    ...ofBucket(env),
  ];
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
  redis: { REDIS_URL: 'redis://valkey:6379' },
};

function ofReplicas({ ULTRONEX_REPLICAS, DATABASE_URL }: Env): string[] {
  if ((ULTRONEX_REPLICAS ?? '1') === '1' || DATABASE_URL !== undefined) return [];
  return [
    `ULTRONEX_REPLICAS=${ULTRONEX_REPLICAS} needs a database that they share: set DATABASE_URL, as docs/scaling.md says, or ULTRONEX_REPLICAS=1.`,
  ];
}

/** A copy of what changes while the file is written anew has to fit beside the data. */
const mostOfMemory = 0.5;
/** Measured: docs/events.md. */
const bytesOfEntry = 560;

function ofValkey(env: Env): string[] {
  const { REDIS_URL = '', EVENTS_STREAM, RELAX_EVENTS_QUEUE, EVENTS_MAXLEN = '100000' } = env;
  if (!URL.canParse(REDIS_URL)) return [];
  const { protocol, hostname, port, username } = new URL(REDIS_URL);
  if (hostname !== 'valkey') return [];
  if (!profilesOf(env).includes('redis')) {
    return [
      'REDIS_URL names valkey, which runs only with its profile: add redis to COMPOSE_PROFILES, or write the address of another server.',
    ];
  }
  const [limit, data] = [effective('VALKEY_MEMORY', env), effective('VALKEY_MAXMEMORY', env)];
  const [limitBytes, dataBytes] = [memoryBytes(limit), memoryBytes(data)];
  const problems: string[] = [];
  if (protocol !== 'redis:' || !['', '6379'].includes(port) || !['', 'default'].includes(username)) {
    problems.push('REDIS_URL: valkey has no TLS, no other port and no other user; write redis://valkey:6379.');
  }
  if (dataBytes > limitBytes * mostOfMemory) {
    problems.push(
      `VALKEY_MAXMEMORY (${data}) is more than half of VALKEY_MEMORY (${limit}): set both, the second to at least twice the first.`,
    );
  }
  const copies = (EVENTS_STREAM === 'off' ? 0 : 1) + (RELAX_EVENTS_QUEUE === undefined ? 0 : 1);
  const needed = Number(EVENTS_MAXLEN) * bytesOfEntry * copies;
  if (needed > dataBytes) {
    problems.push(
      `EVENTS_MAXLEN=${EVENTS_MAXLEN} events take some ${Math.ceil(needed / 2 ** 20)} MiB in Valkey, and VALKEY_MAXMEMORY is ${data}: raise it and VALKEY_MEMORY, or lower EVENTS_MAXLEN.`,
    );
  }
  return problems;
}

const profilesOf = ({ COMPOSE_PROFILES = '' }: Env): readonly string[] => COMPOSE_PROFILES.split(',');

function ofDatabase({ DATABASE_NODE_1, DATABASE_NODE_2, DATABASE_URL = '', DATABASE_CA }: Env): string[] {
  const problems: string[] = [];
  if ((DATABASE_NODE_1 === undefined) !== (DATABASE_NODE_2 === undefined)) {
    problems.push('DATABASE_NODE_1 and DATABASE_NODE_2 belong together: set both, or neither.');
  }
  const host = URL.canParse(DATABASE_URL) ? new URL(DATABASE_URL).hostname : '';
  if (DATABASE_CA !== undefined && ['postgres', 'haproxy'].includes(host)) {
    problems.push('DATABASE_CA is for a database elsewhere: the stack’s own has no TLS. Take it out.');
  }
  // deploy/bin/env.sh reads a line.
  if (/\n/.test(DATABASE_CA ?? '')) {
    problems.push('DATABASE_CA: in .env write its base64, which is one line (base64 -w0 ca.pem).');
  }
  return problems;
}

function ofBucket(env: Env): string[] {
  const needed = ['LOG_BUCKET', 'LOG_BUCKET_ENDPOINT', 'LOG_BUCKET_KEY_ID', 'LOG_BUCKET_SECRET'];
  const missing = needed.filter((name) => env[name] === undefined);
  const given = [...needed, 'LOG_BUCKET_REGION'].filter((name) => env[name] !== undefined);
  if (missing.length === 0 || given.length === 0) return [];
  return [
    `${given.join(', ')} without ${missing.join(', ')}: set all four of ${needed.join(', ')} to store log lines in a bucket, or none.`,
  ];
}

function ofProfiles(env: Env): string[] {
  const profiles = profilesOf(env);
  return Object.entries(settingsOf).flatMap(([profile, settings]) => {
    const missing = Object.entries(settings).filter(([name]) => profiles.includes(profile) && env[name] === undefined);
    const lines = missing.map(([name, example]) => `${name}=${example}`).join(' and ');
    return lines === '' ? [] : [`COMPOSE_PROFILES has ${profile}, but its settings are missing: set ${lines}.`];
  });
}

function effective(name: string, env: Env): string {
  return env[name] ?? stackSettings[name]?.default ?? '';
}
