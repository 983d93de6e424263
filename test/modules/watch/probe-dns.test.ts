import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DnsProbe } from '../../../src/watch-files/index.ts';
import { startFakeTarget } from '../../fakes/target/index.ts';
import { checkOf, httpCheck, startProbing, until } from './probe-support.ts';

const dnsCheck = (more: Partial<DnsProbe> = {}, withinMs = 10_000) =>
  checkOf({ kind: 'dns', host: 'shop.example.com', type: 'A', values: null, server: null, ...more }, withinMs);

test('a dns check compares records in any order, without case, last dot and long forms of addresses', async (t) => {
  const { dns, outcome } = await startProbing(t);
  const name = 'shop.example.com';
  dns.on(name, 'A', ['203.0.113.7', '203.0.113.8']);
  dns.on(name, 'AAAA', ['2001:db8::1']);
  dns.on('www.example.com', 'CNAME', ['Shop.Example.com']);
  dns.on(name, 'NS', ['ns2.example.com', 'ns1.example.com']);
  dns.on(name, 'MX', ['10 mail.example.com', '20 spare.example.com']);
  dns.on(name, 'TXT', [`v=spf1 ${'x'.repeat(300)}`, 'Key=A']);
  assert.equal(await outcome(dnsCheck()), 'ok: 203.0.113.7, 203.0.113.8');
  assert.equal(await outcome(dnsCheck({ host: 'SHOP.example.com.' })), 'ok: 203.0.113.7, 203.0.113.8');
  assert.match(await outcome(dnsCheck({ values: ['203.0.113.8', '203.0.113.7'] })), /^ok/);
  assert.match(await outcome(dnsCheck({ type: 'AAAA', values: ['2001:DB8:0:0::1'] })), /^ok/);
  assert.match(
    await outcome(dnsCheck({ host: 'www.example.com', type: 'CNAME', values: ['SHOP.example.com.'] })),
    /^ok/,
  );
  assert.match(await outcome(dnsCheck({ type: 'NS', values: ['ns1.example.com.', 'NS2.example.com'] })), /^ok/);
  assert.match(
    await outcome(dnsCheck({ type: 'MX', values: ['20 spare.example.com', '10 mail.example.com.'] })),
    /^ok/,
  );
  assert.match(await outcome(dnsCheck({ type: 'MX', values: ['spare.example.com', 'mail.example.com'] })), /^ok/);
  assert.match(await outcome(dnsCheck({ type: 'TXT', values: ['Key=A', `v=spf1 ${'x'.repeat(300)}`] })), /^ok/);
  assert.equal(
    await outcome(dnsCheck({ values: ['203.0.113.7'] })),
    'response: The A records are 203.0.113.7, 203.0.113.8 instead of 203.0.113.7.',
  );
  assert.equal(
    await outcome(dnsCheck({ type: 'MX', values: ['10 mail.example.com', '30 spare.example.com'] })),
    'response: The MX records are 10 mail.example.com, 20 spare.example.com instead of 10 mail.example.com, 30 spare.example.com.',
  );
  assert.match(
    await outcome(dnsCheck({ type: 'TXT', values: ['key=a'] })),
    /^response: The TXT records are Key=A, v=spf1 x+… instead of key=a\.$/,
  );
});

test('a dns check tells NXDOMAIN, no record, SERVFAIL, REFUSED, no server and a useless answer apart', async (t) => {
  const { dns, outcome, attempt } = await startProbing(t);
  assert.equal(await outcome(dnsCheck()), 'dns: The name shop.example.com does not exist (NXDOMAIN).');
  dns.on('shop.example.com', 'TXT', ['text']);
  assert.equal(await outcome(dnsCheck()), 'dns: The name shop.example.com has no A record.');
  dns.on('alias.example.com', 'CNAME', ['shop.example.com']);
  assert.equal(
    await outcome(dnsCheck({ host: 'alias.example.com' })),
    'dns: The name alias.example.com has no A record.',
  );
  dns.fault = { kind: 'code', code: 'SERVFAIL' };
  assert.equal(await outcome(dnsCheck()), 'dns: The DNS server could not resolve shop.example.com (SERVFAIL).');
  const { address } = dns;
  assert.equal(
    await outcome(dnsCheck({ server: address })),
    `dns: The DNS server ${address} could not resolve shop.example.com (SERVFAIL).`,
  );
  dns.fault = { kind: 'code', code: 'REFUSED' };
  assert.equal(await outcome(dnsCheck()), 'dns: The DNS server refuses to resolve shop.example.com (REFUSED).');
  dns.fault = { kind: 'garbage' };
  assert.equal(await outcome(dnsCheck()), 'dns: The DNS server sent no usable answer for shop.example.com (EBADRESP).');
  assert.equal(
    await outcome(dnsCheck({ server: '127.0.0.1:1' })),
    'dns: The DNS server 127.0.0.1:1 is not reached: the connection is refused.',
  );
  assert.equal((await attempt(dnsCheck())).ms, null);
});

test('a query without an answer is made once more, and a truncated one over TCP', async (t) => {
  const { dns, clock, attempt, outcome, timedOut } = await startProbing(t);
  dns.on('shop.example.com', 'A', { kind: 'silent' }, ['203.0.113.7']);
  assert.equal(await timedOut(dnsCheck(), () => dns.queries.length === 1, 3_000), 'ok: 203.0.113.7');
  dns.fault = { kind: 'silent' };
  const result = attempt(dnsCheck({ server: dns.address }, 2_000));
  for (const queries of [3, 4]) {
    while (dns.queries.length < queries) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(900);
  }
  const { failure, ms } = await result;
  assert.equal(failure?.text, `The DNS server ${dns.address} did not answer within 1.8 s.`);
  assert.deepEqual([failure?.phase, ms, dns.queries.length], ['dns', null, 4]);
  dns.fault = { kind: 'truncated', values: ['203.0.113.9'] };
  assert.equal(await outcome(dnsCheck()), 'ok: 203.0.113.9');
  assert.equal(dns.queries.at(-1)?.over, 'tcp');
});

test('a name is found in the hosts file first, also after a change, and localhost needs no look-up', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'hosts-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const hostsFile = join(dir, 'hosts');
  writeFileSync(
    hostsFile,
    '# 10.9.9.9 shop.example.com\n127.0.0.1\tShop.example.com shop # ours\n169.254.169.254 meta\nbad line\n',
  );
  const { dns, outcome } = await startProbing(t, { hostsFile });
  const target = await startFakeTarget();
  const six = await startFakeTarget({ host: '::1' });
  t.after(() => Promise.all([target.close(), six.close()]));
  const of = (host: string, port = target.port) => outcome(httpCheck(`http://${host}:${port}/`));
  assert.equal(await of('shop.example.com'), 'ok: 200');
  assert.equal(await of('shop'), 'ok: 200');
  assert.match(await of('meta'), /^refused: meta leads to 169\.254\.169\.254/);
  assert.equal(await of('localhost'), 'ok: 200');
  assert.equal(await of('localhost', six.port), 'ok: 200');
  assert.equal(await of('app.localhost'), 'ok: 200');
  const onlySix = (port: number) => outcome(httpCheck(`http://localhost:${port}/`, { family: 6 }));
  assert.equal(await onlySix(six.port), 'ok: 200');
  writeFileSync(hostsFile, `${readFileSync(hostsFile)}127.0.0.1 localhost\n`);
  assert.equal(await onlySix(six.port), 'ok: 200', 'also when the file has another family');
  assert.equal(dns.queries.length, 0);
  writeFileSync(hostsFile, '127.0.0.1 other.example.com\n');
  utimesSync(hostsFile, 1, 1);
  assert.equal(await of('other.example.com'), 'ok: 200');
  assert.match(await of('shop.example.com'), /^dns: .* \(NXDOMAIN\)/);
  rmSync(hostsFile);
  assert.match(await of('other.example.com'), /^dns: .* \(NXDOMAIN\)/);
});

test('a container name without a dot is asked of DNS, IDN in ASCII, and a bad name is told', async (t) => {
  const { dns, outcome } = await startProbing(t);
  const target = await startFakeTarget();
  t.after(() => target.close());
  const tcp = (host: string) => outcome(checkOf({ kind: 'tcp', host, port: target.port }));
  dns.on('cache', 'A', ['127.0.0.1']);
  dns.on('xn--mnchen-3ya.example', 'A', ['127.0.0.1']);
  assert.equal(await tcp('cache'), 'ok: connected');
  assert.equal(await tcp('cache.'), 'ok: connected');
  assert.equal(await tcp('münchen.example'), 'ok: connected');
  assert.equal(await tcp('a b'), 'dns: "a b" is no valid name.');
  assert.equal(await tcp('a/b'), 'dns: "a/b" is no valid name.');
});

test('a name that only the system knows is asked of getaddrinfo, which runs once at a time', async (t) => {
  let running = 0;
  const asked: string[] = [];
  const waiting: (() => void)[] = [];
  const { outcome } = await startProbing(t, {
    async systemLookup(host) {
      running += 1;
      assert.equal(running, 1);
      asked.push(host);
      await new Promise<void>((resolve) => waiting.push(resolve));
      running -= 1;
      if (host === 'nowhere') throw Object.assign(new Error('none'), { code: 'EAI_AGAIN' });
      return [{ address: host === 'meta' ? '169.254.169.254' : '127.0.0.1', family: 4 }];
    },
  });
  const target = await startFakeTarget();
  t.after(() => target.close());
  const hosts = ['intranet', 'printer.local', 'meta', 'nowhere', 'shop.example.com'];
  const outcomes = hosts.map((host) => outcome(checkOf({ kind: 'tcp', host, port: target.port })));
  assert.equal(await outcomes.at(-1), 'dns: The name shop.example.com does not exist (NXDOMAIN).');
  for (let turn = 0; turn < 4; turn += 1) {
    await until(() => waiting.length > turn);
    waiting[turn]?.();
  }
  assert.deepEqual(await Promise.all(outcomes.slice(0, 4)), [
    'ok: connected',
    'ok: connected',
    'refused: meta leads to 169.254.169.254, which is a link-local or metadata address. Checks do not connect to it.',
    'dns: The name nowhere does not exist (NXDOMAIN).',
  ]);
  assert.deepEqual(asked, hosts.slice(0, 4));
});

test('a name whose IPv6 query gets no answer is connected to by IPv4, and a dead server is a DNS failure', async (t) => {
  const { dns, clock, attempt, timedOut } = await startProbing(t);
  const target = await startFakeTarget();
  t.after(() => target.close());
  dns.on('shop.example.com', 'A', ['127.0.0.1']);
  dns.on('shop.example.com', 'AAAA', { kind: 'silent' });
  const check = httpCheck(`http://shop.example.com:${target.port}/`);
  const result = attempt(check);
  let done = false;
  result.then(() => {
    done = true;
  });
  while (!done) await clock.advance(10);
  assert.equal((await result).failure, null);
  dns.fault = { kind: 'silent' };
  const asked = dns.queries.length;
  assert.match(
    await timedOut(check, () => dns.queries.length >= asked + 2, 5_000),
    /^dns: The DNS server did not answer within [\d.]+ s\.$/,
  );
});

test('a hanging name and a dripping server delay no other check', async (t) => {
  const { dns, clock, attempt, outcome } = await startProbing(t);
  const target = await startFakeTarget();
  t.after(() => target.close());
  dns.on('hangs.example.com', 'A', { kind: 'silent' });
  dns.on('hangs.example.com', 'AAAA', { kind: 'silent' });
  dns.on('shop.example.com', 'A', ['127.0.0.1']);
  target.answers.set('/drip', { kind: 'drip', ms: 5 });
  const slow = Array.from({ length: 20 }, () => [
    attempt(httpCheck('http://hangs.example.com/')),
    attempt(httpCheck(`${target.url}/drip`)),
  ]).flat();
  for (let check = 0; check < 20; check += 1) {
    assert.equal(await outcome(httpCheck(`http://shop.example.com:${target.port}/`)), 'ok: 200');
  }
  await clock.advance(10_000);
  for (const result of await Promise.all(slow)) assert.notEqual(result.failure, null);
});
