import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import type { Container } from '../../../src/modules/containers/container.ts';
import { containerOf, createTraffic, parseBackends } from '../../../src/modules/containers/traffic.ts';
import { manualClock } from '../../support/clock.ts';

const container = (service: string, name = `stack-${service}-1`) => ({ service, name, state: 'running' }) as Container;
const containers = [container('grafana'), container('haproxy'), container('ultronex'), container('', 'alone')];

/** As HAProxy 3.2 writes it. */
const exported = (requests: number, received: number, sent: number) => `
# HELP haproxy_backend_http_requests_total Total number of HTTP requests processed by this object
# TYPE haproxy_backend_http_requests_total counter
haproxy_backend_http_requests_total{proxy="ultronex"} ${requests}
haproxy_backend_http_requests_total{proxy="slack_ultronex"} 5
haproxy_backend_bytes_in_total{proxy="ultronex"} ${received}
haproxy_backend_bytes_out_total{proxy="ultronex"} ${sent}
haproxy_server_bytes_out_total{proxy="ultronex",server="u1"} 999999
haproxy_frontend_bytes_in_total{proxy="ultronex"} 999999
`;

async function start(t: TestContext) {
  const haproxy = { text: exported(100, 1_000, 5_000), status: 200, asked: 0 };
  const server = createServer((_request, response) => {
    haproxy.asked += 1;
    response.writeHead(haproxy.status).end(haproxy.text);
  }).listen(0, '127.0.0.1');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const clock = manualClock();
  const traffic = createTraffic(`http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`, clock);
  return { haproxy, clock, traffic };
}
const edge = (requestsPerSecond: number, bytesPerSecond: number) => [
  { from: 'stack-haproxy-1', to: 'stack-ultronex-1', requestsPerSecond, bytesPerSecond },
];

describe('traffic', () => {
  it('is the difference of two readings per second', async (t) => {
    const { haproxy, clock, traffic } = await start(t);
    assert.deepEqual(await traffic.read(containers), [], 'one reading says nothing');
    haproxy.text = exported(150, 2_000, 14_000);
    await clock.advance(10_000);
    assert.deepEqual(await traffic.read(containers), edge(5, 1_000));
  });

  it('is read once for concurrent requests, and again after 2 s', async (t) => {
    const { haproxy, clock, traffic } = await start(t);
    await Promise.all([traffic.read(containers), traffic.read(containers)]);
    assert.equal(haproxy.asked, 1);
    haproxy.text = exported(104, 1_000, 5_000);
    await clock.advance(2_000);
    await traffic.read(containers);
    await clock.advance(1_999);
    assert.deepEqual(await traffic.read(containers), edge(2, 0), 'the same as before');
    assert.equal(haproxy.asked, 2);
  });

  it('is empty after a restart of HAProxy, and when the previous reading is old', async (t) => {
    const { haproxy, clock, traffic } = await start(t);
    await traffic.read(containers);
    haproxy.text = exported(1, 10, 50);
    await clock.advance(5_000);
    assert.deepEqual(await traffic.read(containers), edge(0, 0).slice(0, 1), 'the other backend went on');
    await clock.advance(120_001);
    assert.deepEqual(await traffic.read(containers), []);
  });

  it('is empty while HAProxy does not answer, and needs two new readings after that', async (t) => {
    const { haproxy, clock, traffic } = await start(t);
    await traffic.read(containers);
    haproxy.status = 503;
    await clock.advance(5_000);
    assert.deepEqual(await traffic.read(containers), []);
    haproxy.status = 200;
    await clock.advance(5_000);
    assert.deepEqual(await traffic.read(containers), []);
    haproxy.text = exported(110, 1_000, 5_000);
    await clock.advance(5_000);
    assert.deepEqual(await traffic.read(containers), edge(2, 0));
  });

  it('is empty without an address, and without a running HAProxy', async (t) => {
    const { haproxy, clock, traffic } = await start(t);
    assert.deepEqual(await createTraffic(undefined, clock).read(containers), []);
    const stopped = containers.map((each) => ({ ...each, state: 'exited' }));
    assert.deepEqual(await traffic.read(stopped), []);
    assert.equal(haproxy.asked, 0);
  });
});

describe('HAProxy’s metrics', () => {
  it('are summed by backend over both directions', () => {
    const sums = parseBackends(exported(1, 20, 300));
    assert.deepEqual(Object.fromEntries(sums), {
      ultronex: { requests: 1, bytes: 320 },
      slack_ultronex: { requests: 5, bytes: 0 },
    });
  });

  it('name backends that lead to a container', () => {
    const to = (backend: string) => containerOf(backend, containers)?.name ?? null;
    assert.equal(to('ultronex'), 'stack-ultronex-1');
    assert.equal(to('slack_ultronex'), 'stack-ultronex-1');
    assert.equal(to('alone'), 'alone');
    for (const none of ['_stats', '<HTTPCLIENT>', 'haproxy', 'certbot']) assert.equal(to(none), null, none);
    const both = [container('slack'), container('slack_ultronex')];
    assert.equal(containerOf('slack_ultronex', both)?.service, 'slack_ultronex');
  });
});
