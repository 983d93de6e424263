import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { pino } from 'pino';
import { createDockerReader } from '../../../src/docker/index.ts';
import { createReadings } from '../../../src/modules/containers/readings.ts';
import { startFakeDocker } from '../../fakes/docker/fake-docker.ts';
import { cgroup2 } from '../../fakes/docker/world.ts';
import { manualClock } from '../../support/clock.ts';

async function start(t: TestContext) {
  const fake = await startFakeDocker();
  const clock = manualClock();
  fake.now = clock.now;
  const docker = createDockerReader(fake.url);
  t.after(() => {
    docker.close();
    return fake.close();
  });
  return { fake, clock, docker, readings: createReadings({ docker, clock, log: pino({ level: 'silent' }) }) };
}

describe('readings', () => {
  it('are shared by concurrent callers, and kept for 3 s', async (t) => {
    const { fake, clock, readings } = await start(t);
    const lists = () => fake.asked['GET /containers/json'];
    await Promise.all([readings.read(), readings.read(), readings.read()]);
    await clock.advance(2_999);
    await readings.read();
    assert.equal(lists(), 1);
    await clock.advance(1);
    await readings.read();
    assert.equal(lists(), 2);
    readings.forget();
    await readings.read();
    assert.equal(lists(), 3);
    assert.equal(fake.asked['GET /_ping'], 1, 'the version is asked once');
  });

  it('are returned without a wait for 10 s, unless an action was done', async (t) => {
    const { fake, clock, readings } = await start(t);
    const lists = () => fake.asked['GET /containers/json'];
    const { at } = await readings.known();
    await clock.advance(9_999);
    assert.equal((await readings.known()).at, at);
    assert.equal(lists(), 1);
    await clock.advance(1);
    await readings.known();
    assert.equal(lists(), 2);
    readings.forget();
    await readings.known();
    assert.equal(lists(), 3);
  });

  it('have the CPU use as the difference of two readings', async (t) => {
    const { fake, clock, readings } = await start(t);
    const web = fake.add({ name: 'web', stats: cgroup2(1_000_000_000, 50_000_000, 10_000_000) });
    const usage = async () => (await readings.read()).containers[0]?.usage;
    assert.equal((await usage())?.cpuPercent, null);
    await clock.advance(10_000);
    web.stats = cgroup2(3_500_000_000, 50_000_000, 10_000_000);
    const { cpuPercent, workingSet } = (await usage()) ?? {};
    assert.deepEqual([cpuPercent, workingSet], [25, 40_000_000]);
  });

  it('leave out a container that is removed meanwhile', async (t) => {
    const { fake, readings } = await start(t);
    const brief = fake.add({ name: 'brief' });
    fake.add({ name: 'web' });
    // Listed, and not found by its id.
    Object.defineProperty(brief, 'id', {
      get: () => (fake.asked['GET /containers/ID/json'] ? 'gone' : 'f'.repeat(64)),
    });
    const { containers } = await readings.read();
    assert.deepEqual(
      containers.map(({ name }) => name),
      ['web'],
    );
  });

  it('have a container that cannot be measured without its use of resources', async (t) => {
    const { fake, readings } = await start(t);
    fake.add({ name: 'leaving', statsStatus: 500 });
    fake.add({ name: 'web' });
    const { containers } = await readings.read();
    assert.deepEqual(
      containers.map(({ name, usage }) => [name, usage !== null]),
      [
        ['leaving', false],
        ['web', true],
      ],
    );
  });

  it('report that Docker does not answer, and that it answers again', async (t) => {
    const { fake, clock, readings } = await start(t);
    fake.add({ name: 'web' });
    await readings.read();
    assert.deepEqual([readings.problem(), readings.count()], [null, 1]);
    fake.beforeList = () => {
      throw new Error('out of memory');
    };
    await clock.advance(3_000);
    await assert.rejects(readings.read(), /Docker: out of memory/);
    assert.match(readings.problem() ?? '', /out of memory/);
    fake.beforeList = () => {};
    await clock.advance(3_000);
    await readings.read();
    assert.equal(readings.problem(), null);
  });

  it('are refreshed after an event and after a failure, so that status is true although nobody asks', async (t) => {
    const { fake, clock, readings } = await start(t);
    fake.add({ name: 'web' });
    await readings.refresh();
    fake.add({ name: 'db' });
    readings.forget();
    assert.equal(readings.count(), 1);
    await readings.refresh();
    assert.equal(readings.count(), 2);
    const asked = fake.asked['GET /containers/json'];
    await clock.advance(60_000);
    await readings.refresh();
    assert.equal(fake.asked['GET /containers/json'], asked, 'nothing happened');
    fake.beforeList = () => {
      throw new Error('out of memory');
    };
    readings.forget();
    await readings.refresh();
    assert.match(readings.problem() ?? '', /out of memory/);
    fake.beforeList = () => {};
    await clock.advance(60_000);
    await readings.refresh();
    assert.equal(readings.problem(), null);
  });

  it('keep the latest reading, not the slowest', async (t) => {
    const { fake, readings } = await start(t);
    let fail = () => {};
    fake.beforeList = () =>
      new Promise((_resolve, reject) => {
        fail = () => reject(new Error('too late'));
      });
    const slow = readings.read();
    while (!fake.asked['GET /containers/json']) await new Promise(setImmediate);
    fake.beforeList = () => {};
    readings.forget();
    await readings.read();
    fail();
    await assert.rejects(slow, /too late/);
    assert.equal(readings.problem(), null);
  });
});

describe('the API', () => {
  it('of a newer engine is used in the version that we know', async (t) => {
    const fake = await startFakeDocker({ apiVersion: '1.52' });
    const docker = createDockerReader(fake.url);
    t.after(() => {
      docker.close();
      return fake.close();
    });
    fake.add({ name: 'web' });
    assert.equal((await docker.list()).length, 1);
    assert.equal((await docker.networks())[0]?.Name, 'bridge');
  });
});
