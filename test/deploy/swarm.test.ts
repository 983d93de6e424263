import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { parseDocument } from 'yaml';
import { attempt } from '../stack/command.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
/** Without Compose's own tags, such as `!override`. */
const servicesOf = (file: string) =>
  (parseDocument(read(file), { merge: true, logLevel: 'silent' }).toJS() as { services: Record<string, Service> })
    .services;

interface Service {
  deploy?: { replicas?: unknown; mode?: string; endpoint_mode?: string; placement?: { constraints?: string[] } };
  environment?: Record<string, unknown>;
  volumes?: unknown[];
  profiles?: string[];
  image?: string;
}

const base = servicesOf('docker-compose.yml');
const swarm = servicesOf('deploy/swarm/compose.yml');
/** Services of one machine alone, which `up` refuses by their profile. */
const ofOneMachine = ['docker-act', 'docker-jobs', 'postgres'];

describe('deploy/swarm/compose.yml', () => {
  it('places every service of docker-compose.yml, or leaves it out', () => {
    for (const name of Object.keys(base).filter((each) => !ofOneMachine.includes(each))) {
      const deploy = swarm[name]?.deploy;
      assert.ok(deploy, name);
      if (deploy.replicas === 0) continue;
      assert.equal(deploy.endpoint_mode, 'dnsrr', `${name}: Swarm's own balancing is not used`);
      const onData = deploy.placement?.constraints?.includes('node.labels.ultronex.data == true');
      assert.ok(onData || deploy.mode === 'global' || name === 'ultronex', name);
    }
    for (const name of ofOneMachine) assert.notEqual(base[name]?.profiles, undefined, name);
  });

  it('adds only services that docker-compose.yml has not, with an image', () => {
    const added = Object.keys(swarm).filter((name) => !(name in base));
    assert.deepEqual(added.sort(), ['probe']);
    for (const name of added) assert.ok(swarm[name]?.image, name);
    for (const [name, { image }] of Object.entries(swarm))
      assert.equal(image !== undefined, added.includes(name), name);
  });

  it('keeps what has a volume of data on one machine', () => {
    const kept = Object.entries(base).filter(
      ([name, { volumes = [] }]) =>
        !ofOneMachine.includes(name) && volumes.some((each) => `${each}`.startsWith(`${name}:`)),
    );
    assert.deepEqual(
      kept.map(([name]) => name),
      ['prometheus', 'alertmanager', 'loki', 'otelcol', 'grafana', 'valkey'],
    );
    // The collector's is the place where it has read to, in the files of its own machine.
    for (const [name] of kept.filter(([each]) => each !== 'otelcol')) {
      assert.ok(swarm[name]?.deploy?.placement?.constraints, name);
    }
  });

  it('tells the program how many instances should run: as many as there are replicas, if nothing else is set', () => {
    for (const { ultronex } of [base, swarm]) {
      assert.equal(ultronex?.environment?.INSTANCES, `\${INSTANCES:-${ultronex?.deploy?.replicas}}`);
    }
  });

  it('scrapes the same jobs as on one machine', () => {
    const jobs = (file: string) => [...read(file).matchAll(/job_name: (\S+)/g)].map(([, name]) => name);
    assert.deepEqual(jobs('deploy/swarm/scrape.yml'), jobs('deploy/prometheus/scrape/stack.yml'));
  });
});

describe('deploy/swarm/stack.mjs', () => {
  const service = {
    image: 'haproxy:3.2',
    build: { context: '.' },
    command: null,
    depends_on: { setup: { condition: 'service_completed_successfully' } },
    restart: 'unless-stopped',
    security_opt: ['no-new-privileges:true'],
    mem_limit: '134217728',
    pids_limit: 256,
    tmpfs: ['/tmp:mode=1777,size=8m'],
    ports: [{ mode: 'host', target: 8081, published: '8081', protocol: 'tcp' }],
    deploy: { mode: 'global', resources: {} },
    volumes: [
      { type: 'volume', source: 'secrets-haproxy', target: '/run/secrets', read_only: true, volume: {} },
      { type: 'volume', source: 'probe', target: '/probe', read_only: true },
      { type: 'bind', source: join(root, 'haproxy'), target: '/etc/haproxy', bind: { create_host_path: true } },
      { type: 'bind', source: '/', target: '/host', bind: { create_host_path: true, propagation: 'rslave' } },
    ],
  };
  const off = { image: 'certbot', deploy: { replicas: 0 } };
  const compose = {
    name: 'ultronex',
    services: { haproxy: service, certbot: off },
    networks: { app: { name: 'ultronex_app', ipam: {} } },
    volumes: { probe: { name: 'ultronex_probe' }, 'secrets-haproxy': {}, certificates: {} },
    'x-service': {},
  };
  const translate = (project: unknown, ...secrets: string[]) =>
    attempt(process.execPath, [join(root, 'deploy/swarm/stack.mjs'), ...secrets], { input: JSON.stringify(project) });
  const translated = async (project: unknown = compose) => {
    const { code, stdout, stderr } = await translate(
      project,
      'haproxy/users.cfg=users_1',
      'ultronex/password=password_1',
    );
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  };

  it('keeps the limits, and leaves out what Swarm does not take', async () => {
    const { services, networks, volumes, ...others } = await translated();
    assert.deepEqual(Object.keys(services), ['haproxy']);
    const { haproxy } = services;
    assert.deepEqual(haproxy.deploy, { mode: 'global', resources: { limits: { memory: '134217728', pids: 256 } } });
    for (const key of ['build', 'command', 'depends_on', 'restart', 'security_opt', 'mem_limit', 'tmpfs']) {
      assert.ok(!(key in haproxy), key);
    }
    assert.deepEqual(haproxy.ports, [{ mode: 'host', target: 8081, published: 8081, protocol: 'tcp' }]);
    assert.deepEqual(haproxy.volumes.slice(1), [
      { type: 'bind', source: join(root, 'haproxy'), target: '/etc/haproxy' },
      { type: 'bind', source: '/', target: '/host', bind: { propagation: 'rslave' } },
      { type: 'tmpfs', target: '/tmp', tmpfs: { size: 8 * 1024 * 1024 } },
    ]);
    assert.deepEqual(networks, { app: { name: 'ultronex_app' } });
    assert.deepEqual(Object.keys(volumes), ['probe']);
    assert.deepEqual(Object.keys(others), ['secrets']);
  });

  it('gives a service the secrets of its own volume alone, as files of the same names', async () => {
    const { services, secrets } = await translated();
    assert.deepEqual(services.haproxy.secrets, [{ source: 'users_1', target: '/run/secrets/users.cfg', mode: 0o444 }]);
    assert.deepEqual(secrets, { users_1: { external: true } });
  });

  it('gives Loki the key of its bucket, and none without one', async () => {
    const [mount, ...others] = base.loki?.volumes?.filter((each) => `${each}`.startsWith('secrets-')) ?? [];
    assert.deepEqual(others, []);
    const [source, target] = `${mount}`.split(':');
    const loki = { image: 'loki', volumes: [{ type: 'volume', source, target, read_only: true }] };
    const secretsOf = async (...secrets: string[]) => {
      const { code, stdout, stderr } = await translate({ ...compose, services: { loki } }, ...secrets);
      assert.equal(code, 0, stderr);
      return JSON.parse(stdout).services.loki.secrets;
    };
    assert.deepEqual(await secretsOf('loki/credentials=key_1', 'haproxy/users.cfg=users_1'), [
      { source: 'key_1', target: '/run/secrets/credentials', mode: 0o444 },
    ]);
    assert.equal(await secretsOf('haproxy/users.cfg=users_1'), undefined);
  });

  it('makes each network of docker-compose.yml one of all machines', () => {
    const networksOf = (file: string) =>
      (parseDocument(read(file), { merge: true, logLevel: 'silent' }).toJS() as { networks: Record<string, unknown> })
        .networks;
    const overlays = networksOf('deploy/swarm/compose.yml');
    assert.deepEqual(Object.keys(overlays).sort(), Object.keys(networksOf('docker-compose.yml')).sort());
  });

  it('marks a service with a digest of its files, but for the program, which follows them', async () => {
    const digestOf = async (project: unknown) => (await translated(project)).services.haproxy.labels['ultronex.files'];
    const digest = await digestOf(compose);
    assert.match(digest, /^[0-9a-f]{16}$/);
    assert.equal(await digestOf(compose), digest);
    const others = { ...service, volumes: [{ type: 'bind', source: join(root, 'deploy/swarm'), target: '/x' }] };
    assert.notEqual(await digestOf({ ...compose, services: { haproxy: others } }), digest);
    const program = { ...compose, services: { haproxy: { ...service, image: 'ultronex:v1' } } };
    assert.equal(await digestOf(program), undefined);
  });

  it('refuses what Swarm would quietly change', async () => {
    const refused = async (more: object, reason: RegExp) => {
      const { code, stderr } = await translate({ ...compose, services: { haproxy: { ...service, ...more } } });
      assert.equal(code, 1);
      assert.match(stderr, reason);
    };
    await refused({ network_mode: 'none' }, /haproxy has network_mode, which Swarm has not/);
    await refused({ tmpfs: ['/tmp'] }, /tmpfs \/tmp has no size; write \/tmp:size=8m/);
  });
});
