import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';

const source = resolve(import.meta.dirname, '../../deploy/probe/probe.c');
const hasCompiler = spawnSync('gcc', ['--version']).status === 0;
// Where a change lands it must be there.
const skip = !hasCompiler && process.env.CI !== 'true' ? 'there is no gcc' : false;

describe('probe', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'ultronex-probe-'));
  const probe = join(folder, 'probe');
  const seen: { url?: string; host?: string }[] = [];
  const web = createHttpServer((request, response) => {
    seen.push({ url: request.url, host: request.headers.host });
    const status = Number(request.url?.split('/')[1]);
    if (status !== 0) response.writeHead(status).end('x'.repeat(100_000));
  });
  /** Speaks, but no HTTP; sends a byte now and then for ever; says nothing and hangs up. */
  const rude = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
  const dripping = createServer((socket) => {
    const timer = setInterval(() => socket.write('H'), 200);
    socket.on('error', () => {}).on('close', () => clearInterval(timer));
  });
  const mute = createServer((socket) => socket.on('data', () => socket.end()));
  const servers = [web, rude, dripping, mute];

  before(async () => {
    const compiled = spawnSync('gcc', ['-Wall', '-Wextra', '-Werror', '-static', '-O2', '-s', '-o', probe, source]);
    assert.equal(compiled.status, 0, compiled.stderr?.toString() ?? 'no gcc');
    await Promise.all(servers.map((server) => new Promise<void>((done) => server.listen(0, '127.0.0.1', done))));
  });
  after(() => {
    web.closeAllConnections();
    for (const server of servers) server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const at = (server: Server, path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const ask = (...args: string[]) =>
    new Promise<{ code: number; err: string; ms: number }>((done) => {
      const start = Date.now();
      execFile(probe, args, (error, _out, err) => {
        done({ code: error === null ? 0 : Number(error.code), err, ms: Date.now() - start });
      });
    });

  it('is static', () => {
    assert.match(spawnSync('ldd', [probe], { encoding: 'utf8' }).stderr, /not a dynamic executable/);
  });

  for (const status of [200, 204, 299]) {
    it(`is content with ${status}`, async () => {
      const { code, err } = await ask(at(web, `/${status}/path?and=query`));
      assert.deepEqual({ code, err }, { code: 0, err: '' });
    });
  }

  it('asks for the path, as the host that it was given', async () => {
    await ask(at(web, '/200/a/b?c=d'));
    assert.deepEqual(seen.at(-1), { url: '/200/a/b?c=d', host: at(web, '').slice('http://'.length) });
  });

  for (const status of [302, 401, 404, 500, 503]) {
    it(`says ${status} and fails`, async () => {
      const { code, err } = await ask(at(web, `/${status}`));
      assert.deepEqual({ code, err }, { code: 1, err: `probe: status ${status}\n` });
    });
  }

  it('fails at once when nobody listens', async () => {
    const gone = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => gone.once('listening', done));
    const url = at(gone, '/');
    await new Promise((done) => gone.close(done));
    assert.deepEqual((({ code, err }) => ({ code, err }))(await ask(url)), {
      code: 1,
      err: 'probe: connect: Connection refused\n',
    });
  });

  it('fails with what is no HTTP, and with nothing', async () => {
    assert.match((await ask(at(rude, '/'))).err, /no HTTP: another protocol/);
    assert.match((await ask(at(mute, '/'))).err, /no HTTP: nothing came|no answer/);
  });

  it('gives up after 3 s, also when the answer drips in', async () => {
    const answers = await Promise.all([ask(at(web, '/0')), ask(at(dripping, '/'))]);
    assert.equal(answers[0]?.err, 'probe: no answer within 3 s\n');
    for (const { code, ms } of answers) {
      assert.equal(code, 1);
      assert.ok(ms > 2_500 && ms < 6_000, `${ms} ms`);
    }
  });

  it('refuses what it cannot ask', async () => {
    const wrong = [
      'https://127.0.0.1:1/',
      'http://localhost:80/',
      'http://127.0.0.1/',
      'http://127.0.0.1:80',
      'http://127.0.0.1:0/',
      'http://127.0.0.1:65536/',
      'http://999.0.0.1:80/',
      `http://127.0.0.1:80/${'x'.repeat(2_000)}`,
    ];
    for (const url of wrong) {
      const { code, err } = await ask(url);
      assert.equal(code, 1, url);
      assert.match(err, /write http:|no IPv4 address/);
    }
    assert.match((await ask()).err, /usage/);
  });
});
