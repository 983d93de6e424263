import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { readEvents } from '../../http/sse.ts';
import { authorization } from '../../http/support.ts';
import { eventually } from '../../support/program.ts';
import { openTerminal } from './shells.ts';
import { startSite } from './support.ts';

const healthOf = async (api: Awaited<ReturnType<typeof startSite>>['api']) =>
  (await api.call('GET', '/status')).body.parts.find(({ name }: { name: string }) => name === 'containers');

describe('the part `containers`', () => {
  it('shows the number of containers, and whether control is on', async (t) => {
    const { api } = await startSite(t);
    const known = await eventually('a reading', async () => {
      const health = await healthOf(api);
      return health.detail !== '0 containers' && health;
    });
    assert.deepEqual(known, { name: 'containers', state: 'ok', detail: '6 containers' });
    const off = await startSite(t, { DOCKER_ACT_URL: '' });
    await off.api.call('GET', '/containers/list');
    assert.equal((await healthOf(off.api)).detail, '6 containers, read-only');
  });

  it('is degraded without Docker, while the program is ready', async (t) => {
    const { api } = await startSite(t, { DOCKER_READ_URL: 'http://127.0.0.1:9' });
    await api.call('GET', '/containers/list');
    const { state, detail } = await healthOf(api);
    assert.deepEqual([state, detail], ['degraded', 'Docker does not answer at 127.0.0.1:9: nothing listens there.']);
    assert.equal((await fetch(`${api.origin}/readyz`)).status, 200);
  });
});

describe('a stop', () => {
  it('ends logs, shells and events, and writes the end of a shell to the audit log', async (t) => {
    const { api, docker, audited, stop } = await startSite(t);
    const log = await readEvents(`${api.base}/containers/stack-loki-1/logs?follow=true`);
    const terminal = await openTerminal(api, 'stack-loki-1');
    await terminal.shows('$ ');
    await docker.tell({ Action: 'start', Actor: { ID: '', Attributes: {} } });
    await stop();
    assert.equal((await terminal.closed).code, 1001);
    assert.deepEqual(audited(), ['shell stack-loki-1: begun', 'shell stack-loki-1: done, closed']);
    await eventually('nothing to be open at Docker', () => docker.connections() === 0);
    log.close();
  });

  it('does not wait for a shell whose browser does not answer', { timeout: 5_000 }, async (t) => {
    const { api, docker, stop } = await startSite(t);
    const terminal = await openTerminal(api, 'stack-loki-1');
    await terminal.shows('$ ');
    terminal.socket.pause();
    await stop();
    await eventually('nothing to be open at Docker', () => docker.connections() === 0);
    terminal.socket.terminate();
  });

  it('does not wait for a client that requested an upgrade and keeps the connection open', {
    timeout: 5_000,
  }, async (t) => {
    const { api, stop } = await startSite(t);
    const { port, host } = new URL(api.origin);
    for (const [method, status] of [
      ['GET', 200],
      ['POST', 400],
    ] as const) {
      const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
      t.after(() => socket.destroy());
      socket.write(`${method} /ultronex/heartbeat HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${authorization}\r\n`);
      socket.write('Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
      const [answer] = await once(socket, 'data');
      assert.match(answer.toString(), new RegExp(`^HTTP/1.1 ${status} `));
    }
    await stop();
  });
});
