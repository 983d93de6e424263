import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createDockerRunner } from '../../src/docker/index.ts';
import { sweep } from '../../src/docker-jobs/sweep.ts';
import { startFakeDocker } from '../fakes/docker/fake-docker.ts';

const now = Date.parse('2026-11-29T12:00:00Z');
const minutes = (n: number) => now - n * 60_000;

describe('the sweep of docker-jobs', () => {
  it('kills what is far beyond its time, removes what was forgotten, and leaves the rest', async (t) => {
    const fake = await startFakeDocker();
    const docker = createDockerRunner(fake.url);
    t.after(() => {
      docker.close();
      return fake.close();
    });
    const add = (name: string, state: string, createdAt: number, labels: Record<string, string> = {}) =>
      fake.add({
        name,
        state,
        createdAt,
        isRun: true,
        labels: { 'ultronex.job': name, 'ultronex.job.timeout': '600', ...labels },
      });
    add('late', 'running', minutes(21));
    add('in-time', 'running', minutes(19));
    add('long', 'running', minutes(21), { 'ultronex.job.timeout': '3600' });
    add('never-started', 'created', minutes(61));
    add('new', 'created', minutes(1));
    add('ended', 'exited', minutes(60 * 24 * 14));
    add('forgotten', 'exited', minutes(60 * 24 * 16));
    fake.add({ name: 'haproxy', state: 'exited', isRun: true, createdAt: 0 });
    const done = await sweep(docker, { now: () => now });
    assert.deepEqual(done, [
      'killed the job late: it ran 21 minutes',
      'removed the container of the job never-started, which was created',
      'removed the container of the job forgotten, which was exited',
    ]);
    assert.deepEqual(fake.runs, ['kill late SIGKILL', 'remove never-started', 'remove forgotten']);
  });

  it('goes on after a container that is removed meanwhile', async (t) => {
    const fake = await startFakeDocker();
    const docker = createDockerRunner(fake.url);
    t.after(() => {
      docker.close();
      return fake.close();
    });
    for (const name of ['a', 'b'])
      fake.add({ name, state: 'created', isRun: name === 'b', labels: { 'ultronex.job': name } });
    const done = await sweep(docker, { now: () => now });
    assert.match(done[0] ?? '', /^could not clean up after the job a: Docker: /);
    assert.match(done[1] ?? '', /^removed the container of the job b/);
  });
});
