import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ConnectionOptions, connect } from 'node:tls';
import { eventually } from '../support/program.ts';
import { containerOf, hostName, type Stack } from './stack.ts';

/** What a person or a script gets at the host name. */
export function requestTests(stack: () => Stack): void {
  test('the heartbeat answers over HTTPS with a certificate from Pebble', async () => {
    const heartbeat = await eventually('a certificate that Pebble signed', asked('/ultronex/heartbeat'), 90_000);
    assert.equal(heartbeat.status, 200);
    assert.match(heartbeat.text, /I am alive/);
    assert.match(String(heartbeat.headers['strict-transport-security']), /max-age=/);
  });

  test('plain HTTP goes to HTTPS, on the port that is published', async () => {
    const response = await fetch('http://127.0.0.1:18080/ultronex/heartbeat', { redirect: 'manual' });
    assert.equal(response.status, 301);
    assert.equal(response.headers.get('location'), 'https://127.0.0.1:18443/ultronex/heartbeat');
  });

  test('a POST is in the ledger, and then in Slack', async () => {
    const body = { msg: { channel: '#general', text: 'from outside', title: 'Stack', payload: { a: 1 } } };
    const { status, json } = await stack().ask('/ultronex/slack', { method: 'POST', body });
    assert.equal(status, 200);
    assert.equal(json.status, 'triggered');
    const delivery = await eventually(
      'sent',
      async () => {
        const { json: found } = await stack().ask(`/ultronex/messages/${json.id}`);
        return found.state === 'sent' && found;
      },
      30_000,
    );
    const posts = (await stack().slack('posts')) as { ts: string; text: string }[];
    assert.ok(posts.some(({ ts, text }) => ts === delivery.slack.ts && text.includes('from outside')));
  });

  test('a message in Slack that matches comes as a direct message', async () => {
    const body = { pattern: 'stark (tower|jet)', user: 'U1' };
    const tracked = await stack().ask('/ultronex/track', { method: 'POST', body });
    assert.equal(tracked.status, 201, tracked.text);
    await stack().slack('say', { channel: 'C100', user: 'U2', text: 'the Stark jet has landed' });
    await eventually('the forward', async () =>
      ((await stack().slack('posts')) as { text: string }[]).some(({ text }) =>
        text.includes('> the *Stark jet* has landed'),
      ),
    );
  });

  test('a wrong login is 401, no login is 401', async () => {
    const wrong = { authorization: `Basic ${Buffer.from('ultronex:wrong').toString('base64')}` };
    assert.equal((await stack().ask('/ultronex/stats', { anonymous: true, headers: wrong })).status, 401);
    assert.equal((await stack().ask('/ultronex/stats', { anonymous: true })).status, 401);
  });

  for (const path of ['/metrics', '/healthz', '/readyz', '/ultronex/../metrics', '//metrics', '/%2e%2e/metrics']) {
    test(`${path} is not the program's from outside`, async () => {
      const { status, text } = await stack().ask(path);
      assert.ok([301, 302, 400, 403, 404].includes(status), `${status} ${text.slice(0, 100)}`);
      assert.doesNotMatch(text, /process_cpu|ready/);
    });
  }

  test('/ answers a script without a login, and leads a browser to the home page', async () => {
    const { status, json } = await stack().ask('/', { anonymous: true });
    assert.deepEqual([status, json.status], [200, 'ok']);
    const browser = await stack().ask('/', { anonymous: true, headers: { accept: 'text/html' } });
    assert.deepEqual([browser.status, browser.headers.location], [302, '/ultronex/']);
  });

  test('/health, /slack/install and /slack/command reach the program, which has none of them with these settings', async () => {
    const health = await stack().ask('/health', { anonymous: true });
    assert.deepEqual([health.status, health.json.msg], [404, 'You have entered an Abyss']);
    for (const path of ['/slack/install', '/slack/oauth_redirect']) {
      const { status, json } = await stack().ask(path, { anonymous: true });
      assert.deepEqual([status, json.msg], [404, 'You have entered an Abyss'], path);
    }
    const command = await stack().ask('/slack/command', { anonymous: true, method: 'POST', body: {} });
    assert.deepEqual([command.status, /SLACK_SIGNING_SECRET/.test(command.text)], [401, true]);
  });

  test('HTTP/2 is spoken, TLS 1.1 is not', async () => {
    const tls = (options: ConnectionOptions) =>
      new Promise<string>((resolve, reject) => {
        const to = { host: '127.0.0.1', port: 18_443, servername: hostName, rejectUnauthorized: false, ...options };
        const socket = connect(to, () => {
          resolve(`${socket.getProtocol()} ${socket.alpnProtocol}`);
          socket.destroy();
        });
        socket.once('error', reject);
      });
    assert.equal(await tls({ ALPNProtocols: ['h2', 'http/1.1'] }), 'TLSv1.3 h2');
    assert.equal(await tls({ ALPNProtocols: ['http/1.1'], maxVersion: 'TLSv1.2' }), 'TLSv1.2 http/1.1');
    await assert.rejects(tls({ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }));
  });

  test('the statistics are inside, behind a login of their own', async () => {
    const { docker, inside } = stack();
    assert.equal((await inside('http://haproxy:8404/')).status, 401);
    const password = (await docker('exec', containerOf('haproxy'), 'cat', '/run/secrets/stats_password')).trim();
    const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
    const { status, text } = await inside('http://haproxy:8404/', { headers: { authorization } });
    assert.equal(status, 200);
    assert.match(text, /ultronex-1/);
  });

  test('what is not there answers 503: words for a script, a page for a browser', async () => {
    const page = await stack().ask('/grafana/', { headers: { accept: 'text/html' } });
    assert.equal(page.status, 503);
    assert.match(page.text, /<!doctype html>/);
    assert.ok(Number(page.headers['retry-after']) > 0);
  });

  test('nothing of what a client says about itself is believed', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9', 'x-webauth-user': 'admin' };
    assert.equal((await stack().ask('/ultronex/heartbeat', { headers })).status, 200);
    await stack().ask('/ultronex/slack', { method: 'POST', body: { msg: {} }, headers });
  });

  function asked(path: string) {
    return () =>
      stack()
        .ask(path)
        .catch(() => null);
  }
}
