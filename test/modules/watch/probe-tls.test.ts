import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ChainOptions, createAuthority, startFakeTls } from '../../fakes/tls/index.ts';
import { freePort } from '../../support/port.ts';
import { checkOf, httpCheck, startProbing, until } from './probe-support.ts';

const dayMs = 86_400_000;
const dateIn = (days: number) => new Date(Date.now() + days * dayMs).toISOString().slice(0, 10);
// OpenSSL compares with the system's clock, so the dates are real.
const authority = createAuthority();

test('a tls check tells the days left, and each kind of certificate that is wrong', async (t) => {
  const names = ['shop.example.com', '*.example.net'];
  const server = await startFakeTls(authority.chain({ names }));
  t.after(() => server.close());
  const { outcome, attempt, dns } = await startProbing(t, { ca: authority.ca });
  dns.on('*', 'A', ['127.0.0.1']);
  const check = (host = 'shop.example.com', days = 14) => checkOf({ kind: 'tls', host, port: server.port, days });
  const of = (chain: ChainOptions, host?: string, days?: number) => {
    server.present(authority.chain({ names, ...chain }));
    return outcome(check(host, days));
  };
  // Half a day more, so that a day is not over before it is counted.
  assert.equal(await of({ days: 61.5 }), 'ok: ends in 61 days');
  assert.equal(server.names.at(-1), 'shop.example.com');
  assert.equal(await of({ days: 61.5 }, 'a.example.net'), 'ok: ends in 61 days');
  assert.equal(
    await of({ days: 61.5, intermediateDays: 40.5 }),
    'ok: ends in 61 days, its intermediate certificate "Test intermediate" in 40 days',
  );
  assert.equal(await of({ days: 9.5 }), `tls: The certificate ends in 9 days, on ${dateIn(9.5)}.`);
  assert.equal((await attempt(check())).failure?.severity, 'warning');
  assert.equal(await of({ days: 9.5 }, 'shop.example.com', 9), 'ok: ends in 9 days');
  assert.equal(await of({ days: 1.5 }), `tls: The certificate ends in 1 day, on ${dateIn(1.5)}.`);
  assert.equal(await of({ days: 0.5 }), `tls: The certificate ends in less than a day, on ${dateIn(0.5)}.`);
  assert.equal(await of({ days: 0.5 }, 'shop.example.com', 0), 'ok: ends in less than a day');
  const intermediate = 'tls: The intermediate certificate "Test intermediate"';
  assert.equal(await of({ intermediateDays: 3.5 }), `${intermediate} ends in 3 days, on ${dateIn(3.5)}.`);
  assert.equal(await of({ days: -2 }), `tls: The certificate ended on ${dateIn(-2)}.`);
  assert.equal((await attempt(check())).failure?.severity, 'critical');
  assert.equal(await of({ startsIn: 2 }), `tls: The certificate is not valid before ${dateIn(2)}.`);
  assert.equal(await of({ intermediateDays: -2 }), `${intermediate} ended on ${dateIn(-2)}.`);
  assert.equal(
    await of({}, 'other.example.com'),
    'tls: The certificate is for shop.example.com, *.example.net, not for other.example.com.',
  );
  assert.equal(
    await of({}, '127.0.0.1'),
    'tls: The certificate is for shop.example.com, *.example.net, not for 127.0.0.1.',
  );
  assert.equal(await of({ selfSigned: true }), 'tls: The certificate is signed by itself, not by an authority.');
  const unknown = 'is not known: the server does not send its certificate, or it is no trusted authority.';
  assert.equal(await of({ withoutIntermediate: true }), `tls: The issuer of "shop.example.com" ${unknown}`);
  assert.equal(await of({ otherAuthority: true }), `tls: The issuer of "Test intermediate" ${unknown}`);
  assert.equal(await of({ days: 61.5 }), 'ok: ends in 61 days');
});

// louislam/uptime-kuma#3323: alarms about DST Root X3, "-635 days".
test('a root that an older authority has signed too may end, since clients that trust it do not look further', async (t) => {
  const server = await startFakeTls(authority.chain());
  t.after(() => server.close());
  const { outcome } = await startProbing(t, { ca: authority.ca });
  for (const crossSignedDays of [-635, 3.5]) {
    server.present(authority.chain({ days: 61.5, crossSignedDays }));
    const check = checkOf({ kind: 'tls', host: 'localhost', port: server.port, days: 14 });
    assert.equal(await outcome(check), 'ok: ends in 61 days', `${crossSignedDays}`);
  }
});

test('a renewed certificate is seen at once, since no session is used again', async (t) => {
  const server = await startFakeTls(authority.chain({ days: 3.5 }), { maxVersion: 'TLSv1.2' });
  t.after(() => server.close());
  const { outcome } = await startProbing(t, { ca: authority.ca });
  const check = checkOf({ kind: 'tls', host: 'localhost', port: server.port, days: 14 });
  assert.match(await outcome(check), /ends in 3 days/);
  server.present(authority.chain({ days: 80.5 }));
  assert.equal(await outcome(check), 'ok: ends in 80 days');
  await server.completed(2);
  assert.deepEqual(server.handshakes, [{ resumed: false }, { resumed: false }]);
});

test('a handshake that hangs, breaks or is none is told as such', async (t) => {
  const server = await startFakeTls(authority.chain());
  t.after(() => server.close());
  const { outcome, timedOut, attempt } = await startProbing(t, { ca: authority.ca });
  const check = checkOf({ kind: 'tls', host: '127.0.0.1', port: server.port, days: 14 }, 2_000);
  const place = `127.0.0.1:${server.port}`;
  server.mode = 'plain';
  assert.equal(await outcome(check), `tls: ${place} does not speak TLS.`);
  server.mode = 'reset';
  // The reset may arrive together with the connection.
  assert.match(await outcome(check), new RegExp(`^(tls|connect): ${place} closes the connection`));
  server.mode = 'silent';
  const before = server.connections;
  const started = performance.now();
  const connected = () => server.connections > before && performance.now() - started > 50;
  const hung = `timeout: No answer within 2 s: connected to ${place}, but no TLS handshake.`;
  assert.equal(await timedOut(check, connected), hung);
  const port = await freePort();
  const refused = checkOf({ kind: 'tls', host: '127.0.0.1', port, days: 14 });
  assert.equal(await outcome(refused), `connect: Connection refused by 127.0.0.1:${port}.`);
  assert.equal((await attempt(refused)).ms, null);
  const metadata = checkOf({ kind: 'tls', host: '2852039166', port: 443, days: 14 });
  assert.match(await outcome(metadata), /^refused: 2852039166 leads to 169\.254\.169\.254/);
});

// A TLS socket around another socket that was destroyed first crashed Node 20.
test('an attempt may be stopped at any moment of a handshake', async (t) => {
  const server = await startFakeTls(authority.chain());
  t.after(() => server.close());
  const { dns, ...probing } = await startProbing(t, { ca: authority.ca });
  const { createAttempt } = await import('../../../src/modules/watch/probes/attempt.ts');
  const attempt = createAttempt({ docker: null, clock: probing.clock, ca: authority.ca, nameServers: [dns.address] });
  const checks = [
    checkOf({ kind: 'tls', host: 'localhost', port: server.port, days: 14 }),
    httpCheck(`https://localhost:${server.port}/`),
  ];
  for (let turns = 0; turns < 60; turns += 1) {
    const stop = new AbortController();
    const result = attempt(checks[turns % 2] ?? assert.fail(), stop.signal);
    for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    await result;
  }
  assert.ok(server.handshakes.length > 0);
});

test('a tcp check connects, and closes the connection', async (t) => {
  const server = await startFakeTls(authority.chain());
  t.after(() => server.close());
  const { outcome, dns } = await startProbing(t);
  dns.on('db.internal', 'A', ['127.0.0.1']);
  assert.equal(await outcome(checkOf({ kind: 'tcp', host: 'db.internal', port: server.port })), 'ok: connected');
  await until(() => server.connections === 1);
  const port = await freePort();
  const refused = `connect: Connection refused by 127.0.0.1:${port}.`;
  assert.equal(await outcome(checkOf({ kind: 'tcp', host: 'db.internal', port })), refused);
  assert.match(await outcome(checkOf({ kind: 'tcp', host: 'fe80::1', port: 80 })), /^refused: fe80::1 is a link-local/);
});
