import assert from 'node:assert/strict';
import { promises } from 'node:dns';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { startFakeDns } from './index.ts';

async function start(t: TestContext, timeout = 2_000, tries = 2) {
  const dns = await startFakeDns();
  t.after(() => dns.close());
  const resolver = new promises.Resolver({ timeout, tries });
  resolver.setServers([dns.address]);
  return { dns, resolver };
}

test('the fake DNS server answers each type, and NODATA is not NXDOMAIN', async (t) => {
  const { dns, resolver } = await start(t);
  dns.on('shop.example.com', 'A', ['203.0.113.7', '203.0.113.8']);
  dns.on('shop.example.com', 'AAAA', ['2001:db8::7', '::ffff:169.254.169.254']);
  dns.on('example.com', 'MX', ['10 mail.example.com', '20 backup.example.com']);
  dns.on('example.com', 'TXT', ['v=spf1 -all', 'x'.repeat(300)]);
  dns.on('example.com', 'NS', ['ns1.example.com']);
  dns.on('www.example.com', 'CNAME', ['shop.example.com']);
  assert.deepEqual(await resolver.resolve4('Shop.Example.com'), ['203.0.113.7', '203.0.113.8']);
  assert.deepEqual(await resolver.resolve6('shop.example.com'), ['2001:db8::7', '::ffff:169.254.169.254']);
  assert.deepEqual(await resolver.resolve4('www.example.com'), ['203.0.113.7', '203.0.113.8']);
  assert.deepEqual(await resolver.resolveCname('www.example.com'), ['shop.example.com']);
  // Node 24 adds the type to each entry.
  const servers = await resolver.resolveMx('example.com');
  assert.deepEqual(
    servers.map(({ priority, exchange }) => [priority, exchange]),
    [
      [10, 'mail.example.com'],
      [20, 'backup.example.com'],
    ],
  );
  assert.deepEqual(await resolver.resolveNs('example.com'), ['ns1.example.com']);
  // 300 letters do not fit into a datagram with the rest: TCP.
  assert.deepEqual(await resolver.resolveTxt('example.com'), [['v=spf1 -all'], ['x'.repeat(255), 'x'.repeat(45)]]);
  await assert.rejects(resolver.resolve4('example.com'), { code: 'ENODATA' });
  await assert.rejects(resolver.resolve4('other.example.com'), { code: 'ENOTFOUND' });
  assert.throws(() => dns.on('example.com', 'A', ['2001:db8::7']), /"2001:db8::7" is no IPv4 address/);
  assert.deepEqual(dns.queries[0], { name: 'shop.example.com', type: 'A', over: 'udp' });
});

test('answers change from query to query, and the last one stays', async (t) => {
  const { dns, resolver } = await start(t);
  dns.on('rebind.example.com', 'A', ['203.0.113.7'], ['169.254.169.254']);
  const seen = [];
  for (let query = 0; query < 3; query += 1) seen.push(...(await resolver.resolve4('rebind.example.com')));
  assert.deepEqual(seen, ['203.0.113.7', '169.254.169.254', '169.254.169.254']);
  dns.on('*', 'A', ['127.0.0.1']);
  assert.deepEqual(await resolver.resolve4('any.example.com'), ['127.0.0.1']);
  dns.on('loop.example.com', 'CNAME', ['loop.example.com']);
  // c-ares takes aliases without an address for an empty list.
  assert.deepEqual(await resolver.resolve4('loop.example.com'), []);
  dns.clear();
  await assert.rejects(resolver.resolve4('any.example.com'), { code: 'ENOTFOUND' });
});

test('the fake DNS server fails as its answer or its fault says', async (t) => {
  const { dns, resolver } = await start(t, 50, 1);
  const codeOf = async (name: string) => {
    try {
      return (await resolver.resolve4(name)).join();
    } catch (error) {
      return (error as NodeJS.ErrnoException).code;
    }
  };
  dns.on('broken.example.com', 'A', { kind: 'code', code: 'SERVFAIL' });
  dns.on('refused.example.com', 'A', { kind: 'code', code: 'REFUSED' });
  dns.on('silent.example.com', 'A', { kind: 'silent' });
  dns.on('garbage.example.com', 'A', { kind: 'garbage' });
  assert.equal(await codeOf('broken.example.com'), 'ESERVFAIL');
  assert.equal(await codeOf('refused.example.com'), 'EREFUSED');
  assert.equal(await codeOf('silent.example.com'), 'ETIMEOUT');
  assert.match((await codeOf('garbage.example.com')) ?? '', /^E(BADRESP|TIMEOUT)$/);
  dns.fault = { kind: 'code', code: 'SERVFAIL' };
  assert.equal(await codeOf('any.example.com'), 'ESERVFAIL');
});

test('a truncated answer comes whole over TCP, a late one late', async (t) => {
  const { dns, resolver } = await start(t);
  dns.on('long.example.com', 'A', { kind: 'truncated', values: ['203.0.113.7'] });
  assert.deepEqual(await resolver.resolve4('long.example.com'), ['203.0.113.7']);
  assert.deepEqual(
    dns.queries.map(({ over }) => over),
    ['udp', 'tcp'],
  );
  dns.on('late.example.com', 'A', { kind: 'late', ms: 1, values: ['203.0.113.8'] });
  assert.deepEqual(await resolver.resolve4('late.example.com'), ['203.0.113.8']);

  // Bytes that are no query get no response and stop nothing.
  const [host, port] = dns.address.split(':');
  const socket = connect(Number(port), host).on('error', () => {});
  await once(socket, 'connect');
  await new Promise((resolve) => socket.write(Buffer.from([0, 3, 1, 2, 3, 0, 20, ...Array(20).fill(255)]), resolve));
  socket.destroy();
  assert.deepEqual(await resolver.resolve4('late.example.com'), ['203.0.113.8']);
});
