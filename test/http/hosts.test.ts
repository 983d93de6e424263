import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, test } from 'node:test';
import { createHosts } from '../../src/http/hosts.ts';
import { authorization, startApi } from './support.ts';

const [api, named] = await Promise.all([
  startApi({ after }),
  startApi(
    { after },
    { PUBLIC_URL: 'https://bot.example.com', ALLOWED_HOSTS: 'other.example.com, *.corp.example.net' },
  ),
]);
const port = new URL(api.origin).port;

interface Asked {
  host: string;
  path?: string;
  headers?: Record<string, string>;
  method?: string;
}

/** fetch does not let a caller choose the Host header. */
function ask({
  host,
  path = '/ultronex/simulator/state',
  headers = {},
  method = 'GET',
}: Asked): Promise<[number, string]> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers: { ...headers, host } }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve([response.statusCode ?? 0, body]));
    });
    asked.on('error', reject);
    asked.end();
  });
}

test('a host name that a stranger could own is refused on every route, with the remedy', async () => {
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    'EVIL.example.',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
  ]) {
    for (const [method, path] of [
      ['GET', '/ultronex/simulator/state'],
      ['GET', '/ultronex/simulator/events'],
      ['POST', '/ultronex/simulator/messages'],
      ['GET', '/ultronex/'],
      ['GET', '/ultronex/status'],
      ['GET', '/ultronex/events'],
      ['POST', '/ultronex/slack/ops'],
      ['GET', '/ultronex/docs/static/swagger-ui.css'],
      ['GET', '/metrics'],
      ['GET', '/nothing'],
    ] as const) {
      const [status, body] = await ask({ host, method, path, headers: { authorization } });
      assert.equal(status, 421, `${host} ${path}`);
      assert.match(JSON.parse(body).msg, /evil\.example.*PUBLIC_URL.*ALLOWED_HOSTS/);
    }
  }
});

test('X-Forwarded-Host of an untrusted client does not help', async () => {
  const headers = { 'x-forwarded-host': 'localhost', 'x-forwarded-for': '127.0.0.1', forwarded: 'host=localhost' };
  assert.equal((await ask({ host: 'evil.example', headers }))[0], 421);
});

test('a WebSocket is refused like any other request', async () => {
  const headers = {
    connection: 'upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };
  assert.equal((await ask({ host: 'evil.example', path: '/ultronex/containers/x/shell', headers }))[0], 421);
});

test('addresses, loopback names and names of containers are accepted', async () => {
  const hosts = ['127.0.0.1', `127.0.0.1:${port}`, 'localhost:8080', 'ultronex:8080', 'ultronex', '[::1]:8080', '[::]'];
  for (const host of [...hosts, '192.168.1.20:8080', 'LOCALHOST', 'a.localhost', 'host.docker.internal:8080']) {
    assert.equal((await ask({ host }))[0], 200, host);
  }
});

test('an invalid Host header is refused', () => {
  const isOurs = createHosts(['bot.example.com']);
  for (const host of [
    '',
    ' ',
    'a b',
    'user@localhost',
    'localhost/x',
    '[::1',
    '[evil.example]',
    'evil.example\\@localhost',
    'x'.repeat(300),
  ]) {
    assert.equal(isOurs(host), false, JSON.stringify(host));
  }
  assert.equal(isOurs('bot.example.com.:443'), true);
});

test('PUBLIC_URL and ALLOWED_HOSTS name further hosts, with a star for all subdomains', async () => {
  const isOurs = createHosts(['bot.example.com', 'Other.example.com', '*.corp.example.net']);
  for (const host of [
    'bot.example.com',
    'BOT.example.com:443',
    'other.example.com',
    'a.corp.example.net',
    'a.b.corp.example.net',
  ]) {
    assert.equal(isOurs(host), true, host);
  }
  for (const host of ['example.com', 'x.bot.example.com', 'corp.example.net', 'evilcorp.example.net']) {
    assert.equal(isOurs(host), false, host);
  }
  assert.equal(createHosts(['*'])('anything.example'), true);
  assert.equal(named.origin, 'https://bot.example.com');
});

test('many different names do not fill the memory', () => {
  const isOurs = createHosts(['*.example.com']);
  for (let number = 0; number < 10_000; number++) assert.ok(isOurs(`h${number}.example.com`));
  assert.equal(isOurs('evil.example'), false);
});
