import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { pino } from 'pino';
import { createDockerReader } from '../../src/containers/docker/client.ts';
import { createReadings } from '../../src/containers/readings.ts';
import { startFakeDocker } from '../fakes/docker/fake-docker.ts';
import { cgroup1, cgroup2 } from '../fakes/docker/world.ts';
import { startApi } from '../http/support.ts';
import { eventually } from '../support/program.ts';
import { startSite } from './support.ts';

const log = pino({ level: 'silent' });

test('every container, with what may not be done to it', async (t) => {
  const { api } = await startSite(t);
  const { status, body } = await api.call('GET', '/containers/list');
  assert.equal(status, 200);
  assert.deepEqual([body.control, body.controlHint], [true, null]);
  const names = body.containers.map(({ name }: { name: string }) => name);
  assert.deepEqual(names, [
    'agent',
    'job',
    'stack-docker-read-1',
    'stack-haproxy-1',
    'stack-loki-1',
    'stack-ultronex-1',
  ]);
  const [agent, job, read, haproxy, loki, self] = body.containers;
  const { id, ...rest } = loki;
  assert.match(id, /^[0-9a-f]{64}$/);
  assert.ok(rest.cpuPercent === null || rest.cpuPercent >= 0);
  assert.deepEqual(
    { ...rest, cpuPercent: null },
    {
      name: 'stack-loki-1',
      service: 'loki',
      image: 'stack-loki-1:1',
      state: 'running',
      status: 'Up 3 hours',
      health: 'healthy',
      restarts: 0,
      startedAt: '2026-01-02T03:04:05.123Z',
      cpuPercent: null,
      memoryBytes: 60_000_000,
      memoryLimitBytes: 320 * 1_048_576,
      networks: ['app'],
      protected: null,
      refuses: {},
    },
  );
  for (const each of [agent, read]) assert.match(each.protected, /Docker socket/);
  assert.match(self.protected, /docker compose restart ultronex/);
  assert.deepEqual([haproxy.protected, Object.keys(haproxy.refuses)], [null, ['stop', 'pause']]);
  assert.deepEqual([job.state, job.memoryBytes, job.cpuPercent], ['exited', 0, null]);
  assert.deepEqual(body.networks, [
    { name: 'app', containers: ['agent', 'job', 'stack-haproxy-1', 'stack-loki-1', 'stack-ultronex-1'] },
    { name: 'bridge', containers: [] },
    { name: 'observe', containers: ['stack-ultronex-1'] },
  ]);
  assert.deepEqual(body.traffic, []);
});

test('without control the page is read-only and says how to turn it on', async (t) => {
  const { api, docker } = await startSite(t, { DOCKER_ACT_URL: '' });
  const { body } = await api.call('GET', '/containers/list');
  assert.equal(body.control, false);
  assert.match(body.controlHint, /COMPOSE_PROFILES=control/);
  const refused = await api.call('POST', '/containers/agent/actions', { action: 'stop', confirm: 'agent' });
  assert.equal(refused.status, 409, 'protected, control or not');
  const off = await api.call('POST', '/containers/job/actions', { action: 'start', confirm: 'job' });
  assert.deepEqual([off.status, off.body.msg], [403, body.controlHint]);
  assert.deepEqual(docker.acts, []);

  const gone = await startSite(t, { DOCKER_ACT_URL: 'http://127.0.0.1:9' });
  const hint = (await gone.api.call('GET', '/containers/list')).body.controlHint;
  assert.match(hint, /not there: Docker does not answer at 127\.0\.0\.1:9: nothing listens there.*COMPOSE_PROFILES/);
});

test('nothing of it without the setting, and nothing without the password', async (t) => {
  const { api } = await startSite(t);
  for (const path of ['/list', '/audit', '/job/logs', '/job/shell?confirm=job']) {
    assert.equal((await fetch(`${api.base}/containers${path}`)).status, 401, path);
  }
  const without = await startApi(t);
  assert.equal((await without.call('GET', '/containers/list')).status, 404);
});

test('Docker that cannot be read: 503 with the reason, degraded, and the other metrics stay', async (t) => {
  const api = await startApi(t, { DOCKER_READ_URL: 'http://127.0.0.1:9' });
  const { status, body } = await api.call('GET', '/containers/list');
  assert.deepEqual([status, body.msg], [503, 'Docker does not answer at 127.0.0.1:9: nothing listens there.']);
  const parts = (await api.call('GET', '/status')).body.parts;
  const part = parts.find(({ name }: { name: string }) => name === 'containers');
  assert.equal(part.state, 'degraded');
  const metrics = await (await fetch(`${api.origin}/metrics`)).text();
  assert.match(metrics, /^ultronex_patterns 0$/m);
  assert.doesNotMatch(metrics, /^container_\w+\{/m);
});

test('metrics under cAdvisor’s names; one that is gone disappears', async (t) => {
  const { api, docker } = await startSite(t);
  const scrape = async () => (await fetch(`${api.origin}/metrics`)).text();
  const loki = docker.containers[0];
  assert.ok(loki);
  const text = await scrape();
  const shared = `id="/docker/${loki.id}",image="stack-loki-1:1",name="stack-loki-1",container_label_com_docker_compose_service="loki"`;
  for (const sample of [
    `container_cpu_usage_seconds_total{${shared},cpu="total"} 1`,
    `container_memory_usage_bytes{${shared}} 100000000`,
    `container_memory_working_set_bytes{${shared}} 60000000`,
    `container_memory_rss{${shared}} 30000000`,
    `container_spec_memory_limit_bytes{${shared}} 335544320`,
    `container_network_receive_bytes_total{${shared},interface="eth0"} 1000`,
    `container_network_transmit_bytes_total{${shared},interface="eth0"} 2000`,
    `container_fs_reads_bytes_total{${shared},device="8:0"} 4096`,
    `container_fs_writes_bytes_total{${shared},device="8:0"} 8192`,
    `container_start_time_seconds{${shared}} 1767323045.123`,
    'ultronex_container_restarts_total{name="stack-haproxy-1"} 2',
    'ultronex_container_health{name="stack-loki-1",health="healthy"} 1',
    'ultronex_container_health{name="stack-loki-1",health="unhealthy"} 0',
    'ultronex_container_health{name="agent",health="none"} 1',
  ]) {
    assert.ok(text.split('\n').includes(sample), sample);
  }
  assert.match(text, /^# TYPE container_cpu_usage_seconds_total counter$/m);
  assert.doesNotMatch(text, /^container_memory_usage_bytes\{.*name="job"/m);
  docker.containers.shift();
  docker.tell({ Action: 'destroy', Actor: { ID: loki.id, Attributes: { name: loki.name } } });
  await eventually('the container to be gone', async () => !(await scrape()).includes('stack-loki-1'));
});

test('readings: shared, cached for 3 s, CPU as the difference of two, what goes meanwhile is left out', async () => {
  const fake = await startFakeDocker();
  after(() => fake.close());
  const web = fake.add({ name: 'web', stats: cgroup2(1_000_000_000, 50_000_000, 10_000_000) });
  let now = Date.UTC(2026, 0, 2);
  fake.now = () => now;
  const docker = createDockerReader(fake.url);
  after(() => docker.close());
  const readings = createReadings({ docker, clock: { now: () => now, after: () => () => {} }, log });

  const all = await Promise.all([readings.read(), readings.read(), readings.read()]);
  assert.equal(fake.asked['GET /containers/json'], 1);
  assert.equal(all[0]?.containers[0]?.usage?.cpuPercent, null);
  now += 2_999;
  await readings.read();
  assert.equal(fake.asked['GET /containers/json'], 1);
  now += 7_001;
  web.stats = cgroup2(3_500_000_000, 50_000_000, 10_000_000);
  const [measured] = (await readings.read()).containers;
  assert.equal(measured?.usage?.cpuPercent, 25);
  assert.equal(measured?.usage?.workingSet, 40_000_000);
  assert.equal(fake.asked['GET /_ping'], 1, 'the version is asked once');

  // Listed, and gone when it is asked about.
  const list = fake.containers;
  fake.containers = list.map((each) => ({ ...each, stats: cgroup1(1, 1, 0) }));
  fake.containers.unshift({ ...web, id: 'f'.repeat(64), name: 'brief' });
  const find = fake.containers.find.bind(fake.containers);
  fake.containers.find = ((test: (each: typeof web) => boolean) =>
    find((each) => each.name !== 'brief' && test(each))) as typeof fake.containers.find;
  now += 5_000;
  assert.deepEqual(
    (await readings.read()).containers.map(({ name }) => name),
    ['web'],
  );
});

test('a newer engine is spoken to in the API we know', async (t) => {
  const fake = await startFakeDocker({ apiVersion: '1.52' });
  t.after(() => fake.close());
  fake.add({ name: 'web' });
  const docker = createDockerReader(fake.url);
  t.after(() => docker.close());
  assert.equal((await docker.list()).length, 1);
  assert.equal((await docker.networks())[0]?.Name, 'bridge');
});
