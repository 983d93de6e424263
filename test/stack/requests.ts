import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../support/program.ts';
import type { Stack } from './stack.ts';

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
      ((await stack().slack('posts')) as { text: string }[]).some(({ text }) => text.includes('> the Stark jet')),
    );
  });

  test('a wrong login is 401, no login is 401', async () => {
    const wrong = { authorization: `Basic ${Buffer.from('ultronex:wrong').toString('base64')}` };
    assert.equal((await stack().ask('/ultronex/stats', { anonymous: true, headers: wrong })).status, 401);
    assert.equal((await stack().ask('/ultronex/stats', { anonymous: true })).status, 401);
  });

  for (const path of ['/metrics', '/healthz', '/readyz', '/', '/ultronex/../metrics', '//metrics', '/%2e%2e/metrics']) {
    test(`${path} is not the program's from outside`, async () => {
      const { status, text } = await stack().ask(path);
      assert.ok([301, 302, 400, 403, 404].includes(status), `${status} ${text.slice(0, 100)}`);
      assert.doesNotMatch(text, /process_cpu|ready/);
    });
  }

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
