import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDockerReader } from '../../../src/docker/index.ts';
import { startFakeDocker } from '../../fakes/docker/fake-docker.ts';
import { checkOf, startProbing } from './probe-support.ts';

const check = (container: string) => checkOf({ kind: 'docker', container }, 2_000);

test('a docker check looks at a container or at all containers of a service, running and healthy', async (t) => {
  const fake = await startFakeDocker();
  const docker = createDockerReader(fake.url);
  t.after(() => {
    docker.close();
    return fake.close();
  });
  const { outcome, attempt, timedOut } = await startProbing(t, { docker });
  const service = (name: string) => ({ 'com.docker.compose.service': name });
  const cache = fake.add({ name: 'cache' });
  const first = fake.add({ name: 'shop-web-1', labels: service('web'), health: 'healthy' });
  const second = fake.add({ name: 'shop-web-2', labels: service('web'), health: 'starting' });
  fake.add({ name: 'run', labels: { ...service('web'), 'com.docker.compose.oneoff': 'True' }, state: 'exited' });
  assert.equal(await outcome(check('cache')), 'ok: running');
  assert.equal(await outcome(check('shop-web-1')), 'ok: running, healthy');
  assert.equal(await outcome(check('web')), 'ok: 2 containers running, healthy, starting');
  assert.equal(await outcome(check('web-1')), 'response: There is no container or service "web-1".');
  second.health = 'unhealthy';
  assert.equal(await outcome(check('web')), 'response: The container shop-web-2 is unhealthy.');
  first.state = 'exited';
  assert.equal(await outcome(check('web')), 'response: The container shop-web-1 is not running: exited.');
  cache.health = 'none';
  assert.equal(await outcome(check('cache')), 'ok: running');
  assert.equal((await attempt(check('cache'))).failure, null);

  fake.beforeList = () => {
    throw new Error('broken');
  };
  assert.equal(await outcome(check('cache')), 'response: Docker: broken');
  fake.beforeList = () => {};
  const asked = fake.asked['GET /containers/json'] ?? 0;
  fake.isSilent = true;
  const silent = () => (fake.asked['GET /containers/json'] ?? 0) > asked;
  assert.equal(await timedOut(check('cache'), silent), 'timeout: Docker did not answer within 2 s.');
});

test('a container that goes between list and inspection, and Docker that is not there, are told', async (t) => {
  const fake = await startFakeDocker();
  const docker = createDockerReader(fake.url);
  const { outcome } = await startProbing(t, {
    docker: {
      ...docker,
      async list() {
        const all = await docker.list();
        fake.containers.length = 0;
        return all;
      },
    },
  });
  fake.add({ name: 'cache' });
  assert.equal(await outcome(check('cache')), 'response: The container cache was removed just now.');
  docker.close();
  await fake.close();
  assert.match(await outcome(check('cache')), /^connect: /);
  const { outcome: without } = await startProbing(t);
  assert.match(await without(check('cache')), /^connect: Docker is not set up\. Set DOCKER_READ_URL/);
});
