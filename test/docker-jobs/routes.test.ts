import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { createLineReader } from '../../src/docker/index.ts';
import { eventually } from '../support/program.ts';
import { description, id, name, startDockerJobs } from './support.ts';

const textOf = (bytes: Buffer, timed: boolean) => {
  const reader = createLineReader(false, timed);
  return [...reader.push(bytes), ...reader.end()].map(({ stream, text }) => `${stream} ${text}`);
};

describe('a container of a job', () => {
  it('is attached before its start, and its output comes to the end', async (t) => {
    const { ask, open, fake } = await startDockerJobs(t);
    await ask('POST', '/jobs', description);
    fake.onStart = (container) => {
      fake.print(container, 1, 'Hello Daniela!\n');
      fake.print(container, 2, '2026-01-02T03:04:05.5Z a warning\n');
      fake.exit(container, 3);
    };
    const output = await open('POST', `/jobs/${id}/start`);
    const bytes = Buffer.concat(await output.toArray());
    assert.deepEqual(textOf(bytes, false), ['stdout Hello Daniela!', 'stderr 2026-01-02T03:04:05.5Z a warning']);
    assert.deepEqual(fake.runs, [`create ${name}`, `attach ${name}`, `start ${name}`]);
    const { json } = await ask('GET', `/jobs/${id}`);
    assert.deepEqual(json, { id, state: 'exited', exitCode: 3, oomKilled: false, error: '' });
  });

  it('has its output again, with times, from a time on', async (t) => {
    const { ask, open, fake } = await startDockerJobs(t);
    await ask('POST', '/jobs', description);
    await open('POST', `/jobs/${id}/start`);
    const container = fake.containers[0];
    assert.ok(container);
    fake.now = () => Date.parse('2026-01-02T03:04:05Z');
    fake.print(container, 1, 'one\n');
    fake.print(container, 1, 'two\n');
    const output = await open('GET', `/jobs/${id}/output?since=1767323045.000000002`);
    fake.print(container, 1, 'three\n');
    fake.exit(container, 0);
    assert.deepEqual(textOf(Buffer.concat(await output.toArray()), true), ['stdout two', 'stdout three']);
  });

  it('goes on when the reader of its output goes away', async (t) => {
    const { ask, open, fake } = await startDockerJobs(t);
    await ask('POST', '/jobs', description);
    const output = await open('POST', `/jobs/${id}/start`);
    const follow = await open('GET', `/jobs/${id}/output`);
    await eventually('both to follow', () => fake.followers() === 2);
    output.destroy();
    follow.destroy();
    await eventually('nobody to follow', () => fake.followers() === 0);
    assert.equal((await ask('GET', `/jobs/${id}`)).json.state, 'running');
  });

  it('has an output that breaks, and does not end, when Docker’s connection breaks', async (t) => {
    const { ask, open, fake } = await startDockerJobs(t);
    await ask('POST', '/jobs', description);
    await open('POST', `/jobs/${id}/start`);
    const follow = await open('GET', `/jobs/${id}/output`);
    await eventually('it to follow', () => fake.followers() === 2);
    fake.reset();
    await assert.rejects(follow.toArray(), /aborted/);
  });

  it('is started once', async (t) => {
    const { ask, open } = await startDockerJobs(t);
    await ask('POST', '/jobs', description);
    await open('POST', `/jobs/${id}/start`);
    const { status, json } = await ask('POST', `/jobs/${id}/start`);
    assert.deepEqual([status, json.code], [409, 'was_started']);
  });

  it('that cannot start says why', async (t) => {
    const { ask, fake } = await startDockerJobs(t);
    await ask('POST', '/jobs', description);
    fake.startError = 'OCI runtime create failed: exec: "x": executable file not found in $PATH';
    const { status, json } = await ask('POST', `/jobs/${id}/start`);
    assert.deepEqual([status, json.code], [409, 'not_started']);
    assert.match(json.message, /executable file not found/);
    assert.equal(fake.followers(), 0);
  });

  it('is stopped with TERM and KILL only, also when it has ended', async (t) => {
    const { ask, open, fake } = await startDockerJobs(t);
    await ask('POST', '/jobs', description);
    await open('POST', `/jobs/${id}/start`);
    fake.onKill = () => {};
    assert.equal((await ask('POST', `/jobs/${id}/stop`, { signal: 'TERM' })).status, 204);
    assert.equal((await ask('POST', `/jobs/${id}/stop`, { signal: 'KILL' })).status, 204);
    assert.deepEqual(fake.runs.slice(3), [`kill ${name} SIGTERM`, `kill ${name} SIGKILL`]);
    for (const body of [{ signal: 'HUP' }, { signal: 'TERM', x: 1 }, {}, '{"signal":"TERM","signal":"KILL"}']) {
      assert.equal((await ask('POST', `/jobs/${id}/stop`, body)).status, 422);
    }
    fake.exit(fake.containers[0] as never, 0);
    assert.equal((await ask('POST', `/jobs/${id}/stop`, { signal: 'TERM' })).status, 204);
    assert.equal(fake.runs.length, 5);
  });

  it('is removed when it does not run', async (t) => {
    const { ask, open, fake } = await startDockerJobs(t);
    await ask('POST', '/jobs', description);
    await open('POST', `/jobs/${id}/start`);
    const early = await ask('DELETE', `/jobs/${id}`);
    assert.deepEqual([early.status, early.json.code], [409, 'is_running']);
    fake.exit(fake.containers[0] as never, 0);
    assert.equal((await ask('DELETE', `/jobs/${id}`)).status, 204);
    assert.equal((await ask('GET', `/jobs/${id}`)).status, 404);
  });

  it('tells a lack of memory', async (t) => {
    const { ask, open, fake } = await startDockerJobs(t);
    await ask('POST', '/jobs', description);
    await open('POST', `/jobs/${id}/start`);
    fake.exit(fake.containers[0] as never, 137, true);
    const { json } = await ask('GET', `/jobs/${id}`);
    assert.deepEqual([json.exitCode, json.oomKilled], [137, true]);
  });
});

describe('a container of somebody else', () => {
  const routes: [method: string, path: string, body?: unknown][] = [
    ['GET', ''],
    ['POST', '/start'],
    ['GET', '/output'],
    ['POST', '/stop', { signal: 'KILL' }],
    ['DELETE', ''],
  ];
  for (const [method, path, body] of routes) {
    it(`does not exist for ${method} /jobs/ID${path}, whatever its name`, async (t) => {
      const { ask, fake } = await startDockerJobs(t);
      fake.add({ name, state: 'exited' });
      const other = id.replace('6', '7');
      fake.add({ name: `ultronex-job-${other}`, labels: { 'ultronex.job': id } });
      const prefix = id.replace('6', '8');
      fake.add({ name: 'haproxy', id: `ultronex-job-${prefix}`, labels: { 'ultronex.job': prefix } });
      for (const each of [id, other, prefix, id.replace('6', '9')]) {
        const { status, json } = await ask(method, `/jobs/${each}${path}`, body);
        assert.deepEqual([status, json.code], [404, 'no_container']);
      }
      assert.deepEqual(fake.runs, []);
      assert.equal(fake.containers.length, 3);
    });
  }

  it('keeps its name: a job of that name is refused', async (t) => {
    const { ask, fake } = await startDockerJobs(t);
    fake.add({ name });
    assert.equal((await ask('POST', '/jobs', description)).status, 404);
    assert.deepEqual(fake.runs, []);
  });
});

describe('docker-jobs', () => {
  it('has no other routes', async (t) => {
    const { ask, fake } = await startDockerJobs(t);
    await ask('POST', '/jobs', description);
    const asked = { ...fake.asked };
    for (const [method, path] of [
      ['GET', '/'],
      ['GET', '/jobs'],
      ['POST', '/jobs?name=x'],
      ['POST', '/jobs/'],
      ['GET', '/containers/json'],
      ['POST', '/v1.41/containers/create'],
      ['POST', `/containers/${name}/exec`],
      ['PUT', `/jobs/${id}`],
      ['POST', `/jobs/${id}/exec`],
      ['POST', `/jobs/${id}/update`],
      ['GET', `/jobs/${id}/archive`],
      ['GET', `/jobs/${id}/../${id}`],
      ['GET', `/jobs/${id}%2fstart`],
      ['POST', `/jobs/${id}/start?since=1.000000000`],
      ['GET', `/jobs/${id}/output?since=1.000000000&follow=0`],
      ['GET', `/jobs/${id}/output?since=-1`],
      ['GET', `/jobs/${id.toUpperCase()}`],
      ['GET', `http://docker/jobs/${id}`],
    ]) {
      const { status, json } = await ask(method as string, path as string);
      assert.deepEqual([status, json.code], [404, 'no_route'], `${method} ${path}`);
    }
    assert.deepEqual(fake.asked, asked);
  });

  it('says that Docker is away', async (t) => {
    const { ask, fake } = await startDockerJobs(t);
    await fake.close();
    const { status, json } = await ask('POST', '/jobs', description);
    assert.deepEqual([status, json.code], [503, 'docker_away']);
    assert.match(json.message, /no such socket|nothing listens/);
  });

  it('says so when the answer of a start is lost', async (t) => {
    const { ask, fake } = await startDockerJobs(t);
    await ask('POST', '/jobs', description);
    fake.losesAnswerOf = 'start';
    const { status, json } = await ask('POST', `/jobs/${id}/start`);
    assert.deepEqual([status, json.code], [503, 'docker_away']);
    assert.equal((await ask('GET', `/jobs/${id}`)).json.state, 'running');
  });

  it('reads no faster than the program does', async (t) => {
    const { ask, open, fake } = await startDockerJobs(t);
    await ask('POST', '/jobs', description);
    const output = await open('POST', `/jobs/${id}/start`);
    const container = fake.containers[0];
    assert.ok(container);
    for (let n = 0; n < 100; n += 1) fake.print(container, 1, `${'x'.repeat(99_999)}\n`);
    for (let n = 0; n < 10; n += 1) await ask('GET', `/jobs/${id}`);
    assert.ok(fake.unsent() > 5e6, `${fake.unsent()} bytes wait in Docker`);
    fake.exit(container, 0);
    let bytes = 0;
    output.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    await once(output, 'end');
    assert.equal(bytes, 100 * 100_008);
  });
});
