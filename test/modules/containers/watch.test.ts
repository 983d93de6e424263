import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { createDockerReader } from '../../../src/docker/index.ts';
import { watchContainers } from '../../../src/modules/containers/watch.ts';
import { startFakeDocker } from '../../fakes/docker/fake-docker.ts';
import { readEvents } from '../../http/sse.ts';
import { manualClock } from '../../support/clock.ts';
import { eventually } from '../../support/program.ts';
import { startSite } from './support.ts';

const event = (Action: string, exitCode?: string) => ({
  Action,
  Actor: { ID: 'a', Attributes: { name: 'web', ...(exitCode !== undefined && { exitCode }) } },
});

async function start(t: TestContext) {
  const fake = await startFakeDocker();
  const docker = createDockerReader(fake.url);
  const clock = manualClock();
  const told: string[] = [];
  const counts = { read: 0, forget: 0 };
  const readings = {
    read: async () => ({ at: counts.read++, containers: [] }),
    forget: () => void counts.forget++,
  };
  const live = { publish: ({ text }: { text: string }) => void told.push(text) };
  const stop = watchContainers({ docker, readings, live, incidents: null, clock });
  t.after(() => {
    stop();
    docker.close();
    return fake.close();
  });
  return { fake, clock, told, counts, stop };
}

describe('events of containers', () => {
  it('make a card on the live page for a failure', async (t) => {
    const { docker, api } = await startSite(t);
    const page = await readEvents(`${api.base}/events`);
    await docker.tell(event('die', '3'));
    const [card] = await page.take(1);
    const { level, what, text } = JSON.parse(card?.data ?? '');
    assert.deepEqual([level, what, text], ['danger', 'part', 'web: ended with exit code 3']);
    page.close();
  });

  it('are described by kind: ended with an error, out of memory, unhealthy', async (t) => {
    const { fake, told, counts } = await start(t);
    for (const each of [
      event('start'),
      event('die', '0'),
      event('die', '137'),
      event('die', '143'),
      event('health_status: healthy'),
      event('exec_die', '1'),
      event('oom'),
      event('health_status: unhealthy'),
      event('die', '1'),
    ]) {
      await fake.tell(each);
    }
    await eventually('all of it', () => told.length === 3);
    assert.deepEqual(told, ['web: out of memory', 'web: unhealthy', 'web: ended with exit code 1']);
    assert.equal(counts.forget, 8, 'a fresh reading after each but exec’s');
  });

  it('are followed again 5 s after the connection was cut', async (t) => {
    const { fake, clock, told, counts } = await start(t);
    await fake.tell(event('oom'));
    await eventually('the first', () => told.length === 1);
    fake.reset();
    await eventually('the connection to be gone', () => fake.connections() === 0);
    const again = fake.tell(event('die', '9'));
    await eventually('the second', async () => {
      await clock.advance(5_000);
      return told.length === 2;
    });
    await again;
    assert.deepEqual([counts.read, fake.asked['GET /events'], counts.forget], [2, 2, 3]);
  });

  it('are no longer followed after a stop, however early', async (t) => {
    const { fake, clock, counts, stop } = await start(t);
    stop();
    await clock.advance(60_000);
    assert.deepEqual([counts.read, fake.asked['GET /events'] ?? 0], [1, 0]);
  });
});
