import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { get as getOverTls } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { test } from 'node:test';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { startFakeTarget } from '../target/index.ts';
import { type ChainOptions, createAuthority, startFakeTls } from './index.ts';

const day = 86_400_000;
const authority = createAuthority();

test('OpenSSL accepts a chain of the authority and tells each wrong one apart', async (t) => {
  const server = await startFakeTls(authority.chain());
  t.after(() => server.close());
  const outcome = async (chain: ChainOptions, options: ConnectionOptions = {}) => {
    server.present(authority.chain(chain));
    const { host, port } = server;
    const socket: TLSSocket = connect({ host, port, servername: 'localhost', ca: authority.ca, ...options });
    try {
      await once(socket, 'secureConnect');
      const leaf = socket.getPeerCertificate(true);
      return { ok: true, daysLeft: Math.round((Date.parse(leaf.valid_to) - Date.now()) / day), leaf };
    } catch (error) {
      return { ok: false, code: (error as NodeJS.ErrnoException).code };
    } finally {
      socket.destroy();
    }
  };
  const good = await outcome({ days: 14 });
  assert.deepEqual([good.ok, good.daysLeft], [true, 14]);
  assert.equal(good.leaf?.issuerCertificate.subject.CN, 'Test intermediate');
  const soon = await outcome({ intermediateDays: 3 });
  const issuer = new X509Certificate(soon.leaf?.issuerCertificate.raw ?? '');
  assert.equal(Math.round((Date.parse(issuer.validTo) - Date.now()) / day), 3);

  assert.equal((await outcome({ days: -2 })).code, 'CERT_HAS_EXPIRED');
  assert.equal((await outcome({ startsIn: 2 })).code, 'CERT_NOT_YET_VALID');
  assert.equal((await outcome({ names: ['other.example.com'] })).code, 'ERR_TLS_CERT_ALTNAME_INVALID');
  assert.equal((await outcome({ selfSigned: true })).code, 'DEPTH_ZERO_SELF_SIGNED_CERT');
  assert.equal((await outcome({ withoutIntermediate: true })).code, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  assert.match((await outcome({ otherAuthority: true })).code ?? '', /^UNABLE_TO_(GET_ISSUER_CERT|VERIFY_LEAF)/);
  assert.equal((await outcome({ intermediateDays: -2 })).code, 'CERT_HAS_EXPIRED');
  const wildcard = { names: ['*.example.com'] };
  assert.equal((await outcome(wildcard, { servername: 'shop.example.com' })).ok, true);
  assert.equal(server.names.at(-1), 'shop.example.com');
});

test('a server in another mode sends nothing, plain text or a reset', async (t) => {
  const server = await startFakeTls(authority.chain());
  t.after(() => server.close());
  const { host, port } = server;
  const attempt = () => connect({ host, port, ca: authority.ca, servername: 'localhost' });
  server.mode = 'plain';
  await assert.rejects(once(attempt(), 'secureConnect'), /wrong version number|packet length/);
  server.mode = 'reset';
  await assert.rejects(once(attempt(), 'secureConnect'), { code: 'ECONNRESET' });
  server.mode = 'silent';
  const silent = connectTcp(port, host);
  await once(silent, 'connect');
  silent.write('hello');
  silent.destroy();
  server.mode = 'tls';
  const socket = attempt();
  await once(socket, 'secureConnect');
  await server.completed(1);
  socket.destroy();
  assert.deepEqual(server.handshakes, [{ resumed: false }]);
  assert.equal(server.connections, 4);
});

test('a client that resumes a session gets no certificate from Node, and a new handshake the renewed one', async (t) => {
  const server = await startFakeTls(authority.chain({ days: 3 }), { maxVersion: 'TLSv1.2' });
  t.after(() => server.close());
  const { host, port } = server;
  const options = { host, port, ca: authority.ca, servername: 'localhost' };
  const first = connect(options);
  await once(first, 'secureConnect');
  const session = first.getSession();
  first.destroy();
  server.present(authority.chain({ days: 90 }));
  const daysLeft = async (given?: Buffer) => {
    const socket = connect({ ...options, session: given });
    await once(socket, 'secureConnect');
    const end = Date.parse(socket.getPeerCertificate().valid_to);
    const resumed = socket.isSessionReused();
    socket.destroy();
    return { resumed, days: Math.round((end - Date.now()) / day) };
  };
  assert.deepEqual(await daysLeft(session), { resumed: true, days: Number.NaN });
  assert.deepEqual(await daysLeft(), { resumed: false, days: 90 });
});

test('a certificate that ends after 2049 keeps its date', () => {
  const late = createAuthority(() => Date.parse('2049-06-01T00:00:00Z'));
  const { validFrom, validTo, subjectAltName } = new X509Certificate(
    late.chain({ days: 365, names: ['a.b', '::1'] }).cert,
  );
  assert.equal(new Date(validFrom).toISOString(), '2049-05-31T00:00:00.000Z');
  assert.equal(new Date(validTo).toISOString(), '2050-06-01T00:00:00.000Z');
  assert.equal(subjectAltName, 'DNS:a.b, IP Address:0:0:0:0:0:0:0:1');
});

test('the HTTP target speaks TLS with a chain', async (t) => {
  const target = await startFakeTarget({ tls: authority.chain() });
  t.after(() => target.close());
  const request = getOverTls(target.url, { ca: authority.ca, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  assert.equal(response.statusCode, 200);
  await once(response, 'end');
  await assert.rejects(once(get(target.url.replace('https:', 'http:')), 'response'));
});
