import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApi } from '../../http/support.ts';
import { startSite } from './support.ts';

test('the list has every container with the actions that are not allowed', async (t) => {
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
  assert.match(
    hint,
    /not available: Docker does not answer at 127\.0\.0\.1:9: nothing listens there.*COMPOSE_PROFILES/,
  );
});

test('there is no list without the setting, and none without the login', async (t) => {
  const { api } = await startSite(t);
  for (const path of ['/list', '/audit', '/job/logs', '/job/shell?confirm=job']) {
    assert.equal((await fetch(`${api.base}/containers${path}`)).status, 401, path);
  }
  const without = await startApi(t);
  const off = await without.call('GET', '/containers/list');
  assert.deepEqual([off.status, /DOCKER_READ_URL/.exec(off.body.msg)?.[0]], [403, 'DOCKER_READ_URL']);
});

test('without Docker’s answer the list is a 503 with the reason, and the part is degraded', async (t) => {
  const api = await startApi(t, { DOCKER_READ_URL: 'http://127.0.0.1:9' });
  const { status, body } = await api.call('GET', '/containers/list');
  assert.deepEqual([status, body.msg], [503, 'Docker does not answer at 127.0.0.1:9: nothing listens there.']);
  const parts = (await api.call('GET', '/status')).body.parts;
  const part = parts.find(({ name }: { name: string }) => name === 'containers');
  assert.equal(part.state, 'degraded');
});
