import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { createDockerActor } from '../../../src/modules/containers/docker/client.ts';
import { createTransport } from '../../../src/modules/containers/docker/transport.ts';
import { DockerUnavailable } from '../../../src/modules/containers/errors.ts';
import { startFakeDocker } from '../../fakes/docker/fake-docker.ts';
import { eventually } from '../../support/program.ts';

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
  it('is asked once for a stream that is reset in the middle', async (t) => {
    const { fake, transport } = await start(t);
    await transport.call('GET', '/networks');
    const events = await transport.stream('/events', never);
    fake.reset();
    await assert.rejects(events.toArray());
    await transport.call('GET', '/networks');
    assert.equal(fake.asked['GET /events'], 1);
  });

  it('is not asked for a stream that has been ended', async (t) => {
    const { fake, transport } = await start(t);
    await assert.rejects(transport.stream('/events', AbortSignal.abort()), DockerUnavailable);
    assert.equal(fake.asked['GET /events'], undefined);
  });

  it('is asked nothing after the end', async (t) => {
    const { fake, transport } = await start(t);
    const events = await transport.stream('/events', never);
    transport.close();
    await assert.rejects(events.toArray());
    for (const ask of [() => transport.call('GET', '/networks'), () => transport.hijack('/exec/1/start', {})]) {
      await assert.rejects(ask, /not asked any more/);
    }
    await eventually('nothing to be open', () => fake.connections() === 0);
  });

  it('gets the reason said when it does not answer in time', async (t) => {
    const { fake, transport } = await start(t);
    await transport.call('GET', '/networks');
    fake.isSilent = true;
    await assert.rejects(transport.call('GET', '/networks', { timeoutMs: 20 }), /127.* no answer within 0\.02 s/);
  });

  it('also when it stops in the middle of an answer', async (t) => {
    const { fake, transport } = await start(t);
    await transport.call('GET', '/networks');
    await assert.rejects(transport.call('GET', '/events', { timeoutMs: 20 }), /no answer within 0\.02 s/);
    assert.equal(fake.connections(), 1);
  });

  it('has its words handed on', async (t) => {
    const { transport } = await start(t);
    await assert.rejects(transport.call('GET', '/containers/none/json'), {
      code: 'ERR_DOCKER_REFUSED',
      message: 'Docker: No such container: none',
      dockerStatus: 404,
    });
  });

  it('is not what answers with a page', async (t) => {
    const server = createServer((_request, response) => response.end('<html>')).listen(0, '127.0.0.1');
    t.after(() => server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const transport = createTransport(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await assert.rejects(transport.call('GET', '/networks'), /What answers at 127\.0\.0\.1:\d+ is not Docker/);
    transport.close();
  });

  it('may cut a terminal before anyone reads it', async (t) => {
    const { fake } = await start(t);
    const { id } = fake.add({ name: 'web' });
    const actor = createDockerActor(fake.url);
    const terminal = await actor.startExec(await actor.createExec(id, ['/bin/sh'], true), true);
    fake.reset();
    // Without a listener of ours an error would end the test.
    await new Promise((resolve) => terminal.once('close', resolve));
  });
});
