import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';

const root = resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

interface Service {
  image?: string;
  build?: unknown;
  pull_policy?: string;
  pids_limit?: number;
  mem_limit?: string;
  tmpfs?: string | string[];
  ports?: string[];
  network_mode?: string;
  volumes?: unknown[];
  cap_add?: string[];
  profiles?: string[];
  networks?: string[];
  depends_on?: Record<string, unknown>;
  environment?: Record<string, string>;
  command?: string[];
  healthcheck?: { start_period?: string; test?: string[] };
}

const { services, networks } = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean } | null>;
};
const all = Object.entries(services);
/** `${NAME:-512m}` → 512 */
const mebibytes = (text = '') => Number(/(\d+)(?:m|mb|MiB)\}?$/.exec(text)?.[1] ?? Number.NaN);
/** Those of profiles. */
const optionalServices = ['docker-act', 'docker-jobs', 'postgres', 'valkey'];

describe('docker-compose.yml', () => {
  it('builds each tag for one service; the others with that tag neither build nor pull it', () => {
    const built = all.filter(([, { build }]) => build !== undefined);
    assert.deepEqual(
      built.map(([name]) => name),
      ['ultronex'],
    );
    const tags = built.map(([, { image }]) => image);
    assert.equal(new Set(tags).size, tags.length);
    const others = all.filter(([, { image, build }]) => tags.includes(image) && build === undefined);
    assert.ok(others.some(([name]) => name === 'setup'));
    for (const [name, { pull_policy }] of others) assert.equal(pull_policy, 'never', name);
  });

  it('bounds the processes and the memory of each service', () => {
    for (const [name, { pids_limit, mem_limit }] of all) {
      assert.ok(pids_limit !== undefined && pids_limit > 0 && pids_limit <= 512, `${name}: ${pids_limit} processes`);
      assert.ok(mebibytes(mem_limit) > 0, `${name}: ${mem_limit}`);
    }
  });

  it('gives each tmpfs a size, which fits into the memory of its service', () => {
    let seen = 0;
    for (const [name, { tmpfs = [], mem_limit }] of all) {
      for (const each of [tmpfs].flat()) {
        const size = /[:,]size=(\d+)m(,|$)/.exec(each)?.[1];
        assert.ok(size, `${name}: "${each}" has no size`);
        assert.ok(Number(size) < mebibytes(mem_limit), `${name}: ${each} of ${mem_limit}`);
        seen += 1;
      }
    }
    assert.ok(seen >= 5, `${seen}`);
  });

  it('opens ports for HAProxy alone, and puts no service into the machine’s network', () => {
    for (const [name, { ports, network_mode }] of all) {
      assert.equal(ports === undefined, name !== 'haproxy', name);
      assert.notEqual(network_mode, 'host', name);
    }
    const udp = services.haproxy?.ports?.filter((port) => port.endsWith('/udp')) ?? [];
    assert.equal(udp.length, 1);
    assert.match(read('haproxy/haproxy.cfg'), /bind quic4@:8443 /, 'what is open over UDP is listened on');
  });

  it('gives the program addresses of services that a network of its own reaches', () => {
    const { environment = {}, networks = [] } = services.ultronex ?? {};
    // `http://loki:3100`, `${LOKI_READ_URL:-http://loki:3100}`
    const hosts = Object.values(environment).flatMap((value) => /http:\/\/([a-z-]+):\d+/.exec(value)?.[1] ?? []);
    assert.deepEqual(hosts, ['docker-read', 'haproxy', 'loki', 'alertmanager']);
    for (const host of hosts) {
      assert.ok(
        services[host]?.networks?.some((network) => networks.includes(network)),
        host,
      );
    }
  });

  it('waits for Grafana nowhere, and gives it time and a limit for its garbage', () => {
    for (const [name, { depends_on = {} }] of all) assert.ok(!('grafana' in depends_on), name);
    const { mem_limit, environment = {}, healthcheck } = services.grafana ?? {};
    assert.equal(mebibytes(mem_limit), 512);
    assert.equal(healthcheck?.start_period, '180s');
    const soft = mebibytes(environment.GOMEMLIMIT);
    assert.ok(soft > 400 && soft < 512, `${soft} MiB`);
    assert.equal(environment.GF_SERVER_ROOT_URL__FILE, '/run/secrets/root_url');
    assert.equal(environment.GF_SERVER_ROOT_URL, undefined);
  });

  it('fits into 2 GB with all its limits together', () => {
    const sum = all
      .filter(([name]) => name !== 'setup' && !optionalServices.includes(name))
      .reduce((total, [, { mem_limit }]) => total + mebibytes(mem_limit), 0);
    assert.ok(sum < 1_900, `${sum} MiB`);
    const documented = /^\| together \| ([\d,]+) MiB/m.exec(read('docs/stack.md'))?.[1]?.replace(',', '');
    const optional = optionalServices.map((name) => mebibytes(services[name]?.mem_limit));
    assert.equal(
      Number(documented),
      optional.reduce((total, limit) => total + limit, sum),
    );
  });

  it('gives the service of jobs no network, no environment, and a volume that only the program has besides', () => {
    const { network_mode, environment, volumes = [], cap_add, profiles } = services['docker-jobs'] ?? {};
    assert.deepEqual([network_mode, environment, profiles], ['none', undefined, ['jobs']]);
    assert.deepEqual(cap_add, ['SETUID', 'SETGID']);
    assert.deepEqual(volumes, ['docker-jobs:/run/docker-jobs', '/var/run/docker.sock:/var/run/docker.sock']);
    const others = all.filter(([, service]) => JSON.stringify(service.volumes ?? []).includes('docker-jobs:'));
    assert.deepEqual(
      others.map(([name]) => name),
      ['ultronex', 'docker-jobs'],
    );
  });

  it('has Valkey that loses nothing it took, deletes nothing by itself, and is reached by the program alone', () => {
    const { command = [], networks, ports, profiles, healthcheck } = services.valkey ?? {};
    const option = (name: string) => command[command.indexOf(`--${name}`) + 1];
    assert.deepEqual(['appendonly', 'appendfsync', 'maxmemory-policy'].map(option), ['yes', 'always', 'noeviction']);
    assert.equal(mebibytes(option('maxmemory')) * 2 <= mebibytes(services.valkey?.mem_limit), true);
    assert.deepEqual([networks, ports, profiles], [['events'], undefined, ['redis']]);
    const beside = all.filter(([, service]) => service.networks?.includes('events')).map(([name]) => name);
    assert.deepEqual(beside, ['ultronex', 'valkey']);
    assert.match(
      String(healthcheck?.test),
      /^CMD-SHELL,REDISCLI_AUTH=\$\$\(cat \/run\/secrets\/password\) valkey-cli /,
    );
  });

  it('gives Loki the key of its bucket as a file, and a way out only with a bucket', () => {
    const { environment = {}, networks: joined = [], volumes = [] } = services.loki ?? {};
    // Compose adds `-out` if LOG_BUCKET is set.
    assert.match(joined.join(), /^observe,bucket\$\{LOG_BUCKET:\+-out\}$/);
    assert.deepEqual(
      ['observe', 'bucket', 'bucket-out'].map((name) => networks[name]?.internal ?? false),
      [true, true, false],
    );
    const beside = all.filter(([, service]) => service.networks?.some((name) => name.startsWith('bucket')));
    assert.deepEqual(
      beside.map(([name]) => name),
      ['loki'],
    );
    assert.ok(!JSON.stringify(services).includes('LOG_BUCKET_SECRET'), 'docker inspect would print it');
    assert.equal(environment.AWS_SHARED_CREDENTIALS_FILE, '/run/secrets/credentials');
    const having = all.filter(([, service]) => JSON.stringify(service.volumes ?? []).includes('secrets-loki:'));
    assert.deepEqual(
      having.map(([name]) => name),
      ['setup', 'loki'],
    );
    assert.ok(volumes.includes('secrets-loki:/run/secrets:ro'));
    // The index of the volume would be uploaded into the bucket, which has not the chunks that it names.
    const config = read('deploy/loki/config.yaml');
    assert.match(config, /^ {2}path_prefix: \/loki\/\$\{LOG_STORE\}$/m);
    // Each variable that Loki's file names is set, and each one for the file is named there.
    const named = new Set([...config.matchAll(/\$\{(\w+)/g)].map(([, name = '']) => name));
    assert.deepEqual(
      [...named].sort(),
      Object.keys(environment)
        .filter((name) => name.startsWith('LOG_'))
        .sort(),
    );
  });

  it('gives Docker’s socket to three services only', () => {
    const having = all.filter(([, service]) => JSON.stringify(service.volumes ?? []).includes('docker.sock'));
    assert.deepEqual(
      having.map(([name]) => name),
      ['docker-read', 'docker-act', 'docker-jobs'],
    );
  });

  it('pins a patch release of each image, or the minor whose patches are compatible', () => {
    for (const [name, { image = '' }] of all) {
      if (image.startsWith('ultronex:')) continue;
      // The patch can be raised by a setting whose name holds the minor, so that it ends with that minor.
      const pin = /:v?(\d+)\.(\d+)\.\$\{[A-Z_]+_(\d+)_(\d+)_PATCH:-\d+\}$/.exec(image);
      // A minor release of PostgreSQL is a patch.
      if (pin === null) assert.match(image, name === 'postgres' ? /:\d+$/ : /:v?\d+\.\d+$/, name);
      else assert.deepEqual(pin.slice(1, 3), pin.slice(3), `${name}: ${image}`);
    }
  });
});
