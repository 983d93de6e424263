import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from 'node:tls';
import { hostName, type Stack } from './stack.ts';

/** Each attacker is a container on a network of its own, so with an address of its own; this machine is to be served. */
export function limitTests(stack: () => Stack): void {
  const from = (network: 'edge' | 'app', script: string) =>
    stack().docker(
      ...['run', '--rm', '--network', `ultronex-test_${network}`, '-e', 'NODE_TLS_REJECT_UNAUTHORIZED=0'],
      ...['node:24-trixie-slim', 'node', '--no-warnings', '-e', script],
    );
  const heartbeat = async () => (await stack().ask('/ultronex/heartbeat', { anonymous: true })).status;

  test('a flood gets 429 with Retry-After, also where the app is installed, while another source and Slack’s events are served', {
    timeout: 90_000,
  }, async (t) => {
    const flood = from(
      'edge',
      `
      const counts = {}; let retry = null;
      const ask = async () => {
        const { status, headers } = await fetch('https://haproxy:8443/ultronex/heartbeat');
        counts[status] = (counts[status] ?? 0) + 1;
        if (status === 429) retry = headers.get('retry-after');
      };
      const worker = async () => { for (let n = 0; n < 100; n++) await ask(); };
      const after = async (path) => (await fetch('https://haproxy:8443/slack/' + path, { method: path === 'events' ? 'POST' : 'GET' })).status;
      Promise.all(Array.from({ length: 10 }, worker)).then(async () => {
        const slack = [await after('install'), await after('oauth_redirect?code=1'), (await after('events')) === 429];
        console.log(JSON.stringify({ counts, retry, slack }));
      });
      `,
    );
    const seen: number[] = [];
    for (let n = 0; n < 10; n++) seen.push(await heartbeat());
    const { counts, retry, slack } = JSON.parse(await flood);
    assert.deepEqual(slack, [429, 429, false]);
    t.diagnostic(`the flood: ${JSON.stringify(counts)}, Retry-After ${retry}`);
    assert.ok(counts[200] > 50 && counts[429] > 50, JSON.stringify(counts));
    assert.ok(Number(retry) > 0);
    assert.deepEqual(new Set(seen), new Set([200]));
  });

  test('ten wrong logins lock an address out, and no other', { timeout: 60_000 }, async () => {
    const statuses = JSON.parse(
      await from(
        'app',
        `
        (async () => {
          const statuses = [];
          const headers = { authorization: 'Basic ' + btoa('ultronex:wrong') };
          for (let n = 0; n < 14; n++) statuses.push((await fetch('https://haproxy:8443/ultronex/stats', { headers })).status);
          console.log(JSON.stringify(statuses));
        })();
      `,
      ),
    );
    assert.equal(statuses[0], 401);
    assert.equal(statuses.at(-1), 429, `${statuses}`);
    assert.equal((await stack().ask('/ultronex/stats')).status, 200);
  });

  test('a client that takes its time is cut after 10 s', { timeout: 60_000 }, async (t) => {
    const seconds = await drip();
    t.diagnostic(`cut after ${seconds.toFixed(1)} s`);
    assert.ok(seconds > 8 && seconds < 14, `cut after ${seconds} s`);
  });
}

/** A request of which a header comes every second; answers after how many seconds the connection was ended. */
function drip(): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: 18_443, servername: hostName, rejectUnauthorized: false };
    const socket = connect(options, () => {
      const startedAt = Date.now();
      socket.write(`GET /ultronex/heartbeat HTTP/1.1\r\nHost: ${hostName}\r\n`);
      const timer = setInterval(() => socket.write('X-More: 1\r\n'), 1_000);
      socket.resume();
      socket.once('close', () => {
        clearInterval(timer);
        resolve((Date.now() - startedAt) / 1_000);
      });
      socket.once('error', () => undefined);
    });
    socket.once('error', reject);
  });
}
