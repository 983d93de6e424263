import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { run } from './command.ts';
import { repository } from './stack.ts';

/**
 * HAProxy behind a load balancer, as on a swarm (deploy/swarm): the real haproxy.cfg in the real image, a program that says what
 * it was asked, and this test as the balancer.
 */
const container = 'ultronex-test-balancer';

describe('HAProxy behind a load balancer', () => {
  let folder: string;
  let address: string;
  let well = true;
  const program = createServer((asked, answer) => {
    if (asked.url?.startsWith('/readyz')) answer.writeHead(well ? 200 : 503).end();
    else if (asked.url === '/ultronex/wrong') answer.writeHead(401).end();
    else answer.end(JSON.stringify(asked.headers));
  });

  function ask(path: string, headers: Record<string, string> = {}): Promise<[number, string, IncomingHttpHeaders]> {
    return new Promise((resolve, reject) => {
      const asked = request({ host: address, port: 8081, path, headers, agent: false, timeout: 10_000 }, (answer) => {
        text(answer).then((body) => resolve([answer.statusCode ?? 0, body, answer.headers]), reject);
      });
      asked.once('error', reject).end();
    });
  }
  async function statusOf(path: string, headers?: Record<string, string>): Promise<number> {
    return (await ask(path, headers))[0];
  }
  async function becomes(wanted: number): Promise<void> {
    const until = Date.now() + 30_000;
    while ((await statusOf('/healthz').catch(() => 0)) !== wanted) {
      assert.ok(Date.now() < until, `the check does not become ${wanted}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  before(async () => {
    const gateway = (await run('docker', ['network', 'inspect', 'bridge', '-f', '{{json .IPAM.Config}}'])).trim();
    const host = (JSON.parse(gateway) as { Gateway?: string }[])[0]?.Gateway ?? '172.17.0.1';
    await new Promise<void>((resolve) => program.listen(0, host, resolve));
    folder = mkdtempSync(join(tmpdir(), 'ultronex-balancer-'));
    await run('chmod', ['a+rx', folder]);
    writeFileSync(join(folder, 'users.cfg'), 'userlist stats\n    user admin insecure-password practice\n');
    // The program's port is fixed; this machine may have it in use.
    const { port } = program.address() as AddressInfo;
    await run('cp', ['-r', join(repository, 'haproxy'), join(folder, 'haproxy')]);
    await run('sed', ['-i', `s/ultronex:8080/${host}:${port}/`, join(folder, 'haproxy/haproxy.cfg')]);
    await run('docker', ['rm', '-f', container]);
    const mounts = ['haproxy:/usr/local/etc/haproxy:ro', 'users.cfg:/run/secrets/users.cfg:ro'];
    await run('docker', [
      ...['run', '-d', '--name', container, '--read-only', '--cap-drop', 'ALL', '-e', 'BALANCER=true'],
      ...['--tmpfs', '/admin:mode=1777,size=1m', '--tmpfs', '/tmp:mode=1777,size=8m'],
      ...mounts.flatMap((mount) => ['-v', `${folder}/${mount}`]),
      ...['haproxy:3.2', 'haproxy', '-f', '/usr/local/etc/haproxy/haproxy.cfg', '-f', '/run/secrets/users.cfg'],
    ]);
    address = (await run('docker', ['inspect', '-f', '{{.NetworkSettings.IPAddress}}', container])).trim();
    await becomes(200);
  });
  after(async () => {
    await run('docker', ['rm', '-f', container]);
    program.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('tells the balancer whether a replica answers, and a client nothing', async () => {
    assert.equal(await statusOf('/healthz', { 'x-forwarded-for': '203.0.113.1' }), 404);
    assert.equal(await statusOf('/metrics', { 'x-forwarded-for': '203.0.113.1' }), 404);
    well = false;
    await becomes(503);
    well = true;
    await becomes(200);
  });

  it('hands on the address that the balancer saw, and none that the client made up', async () => {
    const [status, body, headers] = await ask('/ultronex/heartbeat', {
      'x-forwarded-for': '198.51.100.7, 203.0.113.2',
      'x-forwarded-host': 'other.example.com',
      'x-forwarded-proto': 'http',
      'x-webauth-user': 'admin',
      host: 'bot.example.com',
    });
    assert.equal(status, 200);
    const seen = JSON.parse(body) as IncomingHttpHeaders;
    assert.equal(seen['x-forwarded-for'], '203.0.113.2');
    assert.equal(seen['x-forwarded-proto'], 'https');
    assert.equal(seen['x-forwarded-host'], 'bot.example.com');
    assert.equal(seen['x-webauth-user'], undefined);
    assert.equal(headers['strict-transport-security'], 'max-age=63072000');
    assert.equal(headers['alt-svc'], undefined);
  });

  it('limits requests by client, not by balancer', async () => {
    const from = (last: number) => ({ 'x-forwarded-for': `203.0.113.${last}` });
    const statuses = await Promise.all(Array.from({ length: 60 }, () => statusOf('/ultronex/heartbeat', from(3))));
    for (let sent = 60; sent < 320; sent += 20) {
      statuses.push(...(await Promise.all(Array.from({ length: 20 }, () => statusOf('/ultronex/heartbeat', from(3))))));
    }
    assert.ok(statuses.includes(429), 'the 301st request within 10 s is refused');
    assert.ok(statuses.filter((status) => status === 200).length >= 300);
    assert.equal(await statusOf('/ultronex/heartbeat', from(4)), 200);
  });

  it('locks the logins of a client after ten wrong ones, and of no other', async () => {
    const login = (last: number) => ({ 'x-forwarded-for': `203.0.113.${last}`, authorization: 'Basic eDp5' });
    for (let tried = 0; tried < 10; tried += 1) assert.equal(await statusOf('/ultronex/wrong', login(5)), 401);
    assert.equal(await statusOf('/ultronex/wrong', login(5)), 429);
    assert.equal(await statusOf('/ultronex/wrong', login(6)), 401);
  });
});
