import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { createDockerActor, DockerUnavailable } from '../../src/docker/index.ts';
import { createTransport } from '../../src/docker/transport.ts';
import { startFakeDocker } from '../fakes/docker/fake-docker.ts';
import { eventually } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

async function start(t: TestContext) {
  const fake = await startFakeDocker();
  const transport = createTransport(fake.url);
  t.after(() => {
    transport.close();
    return fake.close();
  });
  return { fake, transport };
}
const never = new AbortController().signal;

describe('Docker’s API', () => {
  it('gets one request for a stream that is reset', async (t) => {
    const { fake, transport } = await start(t);
    await transport.call('GET', '/networks');
    const events = await transport.stream('/events', never);
    fake.reset();
    await assert.rejects(events.toArray());
    await transport.call('GET', '/networks');
    assert.equal(fake.asked['GET /events'], 1);
  });

  it('gets no request for a stream that was aborted before', async (t) => {
    const { fake, transport } = await start(t);
    await assert.rejects(transport.stream('/events', AbortSignal.abort()), DockerUnavailable);
    assert.equal(fake.asked['GET /events'], undefined);
  });

  it('is asked over a unix socket', async (t) => {
    const path = join(tempDir(t), 'docker.sock');
    const fake = await startFakeDocker({ socket: path });
    const transport = createTransport(`unix:${path}`);
    t.after(() => transport.close());
    assert.equal((await transport.call<unknown[]>('GET', '/networks')).length, 3);
    await fake.close();
    await assert.rejects(transport.call('GET', '/networks'), new RegExp(`at ${path}: (there is no such|nothing)`));
  });

  it('gets no request after close', async (t) => {
    const { fake, transport } = await start(t);
    const events = await transport.stream('/events', never);
    transport.close();
    await assert.rejects(events.toArray());
    for (const ask of [() => transport.call('GET', '/networks'), () => transport.hijack('/exec/1/start', {})]) {
      await assert.rejects(ask, /No more requests to Docker/);
    }
    await eventually('nothing to be open', () => fake.connections() === 0);
  });

  it('is unavailable with the reason when it does not answer in time', async (t) => {
    const { fake, transport } = await start(t);
    await transport.call('GET', '/networks');
    fake.isSilent = true;
    await assert.rejects(transport.call('GET', '/networks', { timeoutMs: 20 }), /127.* no answer within 0\.02 s/);
  });

  it('is unavailable with the reason when it stops during a response', async (t) => {
    const { fake, transport } = await start(t);
    await transport.call('GET', '/networks');
    await assert.rejects(transport.call('GET', '/events', { timeoutMs: 20 }), /no answer within 0\.02 s/);
    assert.equal(fake.connections(), 1);
  });

  it('has its error messages passed on', async (t) => {
    const { transport } = await start(t);
    await assert.rejects(transport.call('GET', '/containers/none/json'), {
      code: 'ERR_DOCKER_REFUSED',
      message: 'Docker: No such container: none',
      dockerStatus: 404,
    });
  });

  it('has secrets removed from its error messages', async (t) => {
    const { transport } = await start(t);
    await assert.rejects(transport.call('GET', '/containers/token=hunter2/json'), {
      message: 'Docker: No such container: token=[redacted]',
    });
  });

  it('has its reason passed on when it refuses a terminal', async (t) => {
    const { fake, transport } = await start(t);
    await assert.rejects(transport.hijack('/exec/none/start', {}), {
      code: 'ERR_DOCKER_REFUSED',
      message: 'Docker: No such exec instance: none',
      dockerStatus: 404,
    });
    await eventually('the connection to be closed', () => fake.connections() <= 1);
  });

  it('is recognised by its JSON, not by a page', async (t) => {
    const server = createServer((_request, response) => response.end('<html>')).listen(0, '127.0.0.1');
    t.after(() => server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const transport = createTransport(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await assert.rejects(transport.call('GET', '/networks'), /What answers at 127\.0\.0\.1:\d+ is not Docker/);
    transport.close();
  });

  it('may cut a terminal before it is read', async (t) => {
    const { fake } = await start(t);
    const { id } = fake.add({ name: 'web' });
    const actor = createDockerActor(fake.url);
    const terminal = await actor.startExec(await actor.createExec(id, ['/bin/sh'], true), true);
    fake.reset();
    // Without a listener of ours an error would end the test.
    await new Promise((resolve) => terminal.once('close', resolve));
  });
});
