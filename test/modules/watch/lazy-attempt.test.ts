import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../src/domain/clock.ts';
import { createLazyAttempt } from '../../../src/modules/watch/lazy-attempt.ts';
import { startFakeDocker } from '../../fakes/docker/fake-docker.ts';
import { checkOf } from './probe-support.ts';

test('the client of Docker is made with the first attempt, and its stop is registered before, so that it runs after that of the checks', async (t) => {
  const fake = await startFakeDocker();
  t.after(() => fake.close());
  fake.add({ name: 'cache' });
  const stops: { name: string; stop: () => unknown }[] = [];
  const onStop = (name: string, stop: () => unknown) => void stops.push({ name, stop });
  const attempt = createLazyAttempt({ dockerUrl: fake.url, clock: systemClock, onStop });
  assert.equal(stops.length, 1);
  t.after(() => stops[0]?.stop());
  const check = checkOf({ kind: 'docker', container: 'cache' }, 2_000);
  const { failure, note } = await attempt(check, new AbortController().signal);
  assert.deepEqual([failure, note], [null, 'running']);
  assert.equal(stops.length, 1);
});
