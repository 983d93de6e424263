import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { eventually } from '../../support/program.ts';
import { askShell, openTerminal } from './shells.ts';
import { startSite } from './support.ts';

const name = 'stack-loki-1';
const begun = `shell ${name}: begun`;

async function start(t: TestContext, env: Record<string, string> = {}) {
  const site = await startSite(t, env, [
    { name: 'files', mounts: ['/'] },
    { name: 'privileged', privileged: true },
    { name: 'run', mounts: ['/var/run'] },
  ]);
  const [loki] = site.docker.containers;
  assert.ok(loki);
  const ended = (how: string) =>
    eventually(how, () => site.audited().length === 2 && site.audited()[1] === `shell ${name}: ${how}`);
  const terminals = () => site.docker.execs.filter(({ tty }) => tty);
  return { ...site, loki, ended, terminals };
}

describe('a shell', () => {
  it('passes input and output, and ends with `exit`', async (t) => {
    const { api, audited, ended, terminals } = await start(t);
    const terminal = await openTerminal(api, name);
    await terminal.shows('$ ');
    terminal.type('écho 🙂\n');
    await terminal.shows('écho 🙂\n');
    assert.deepEqual(audited(), [begun]);
    assert.deepEqual(terminals()[0]?.command, ['/bin/bash']);
    terminal.type('exit\n');
    assert.deepEqual(await terminal.closed, { code: 1000, reason: 'The shell has ended.' });
    await ended('done, closed');
  });

  it('has the size of the window, at the start and after a change', async (t) => {
    const { api, terminals } = await start(t);
    const terminal = await openTerminal(api, name, '&columns=132&rows=43');
    await terminal.shows('$ ');
    terminal.socket.send(JSON.stringify({ resize: { columns: 100, rows: 30 } }));
    const sizes = [
      { columns: 132, rows: 43 },
      { columns: 100, rows: 30 },
    ];
    await eventually('the second size', () => terminals()[0]?.sizes.length === 2);
    assert.deepEqual(terminals()[0]?.sizes, sizes);
  });

  for (const text of ['ls', '{}', '{"resize":{"columns":0,"rows":24}}', '{"resize":{"columns":80,"rows":1e9}}']) {
    it(`is closed by the text message ${text}`, async (t) => {
      const { api } = await start(t);
      const terminal = await openTerminal(api, name);
      terminal.socket.send(text);
      assert.equal((await terminal.closed).code, 1008);
    });
  }

  it('ends in the container when the browser disconnects', async (t) => {
    const { api, ended, terminals } = await start(t);
    const terminal = await openTerminal(api, name);
    await terminal.shows('$ ');
    terminal.socket.terminate();
    await ended('done, closed');
    await eventually('the end of the shell', () => terminals()[0]?.over);
  });

  it('keeps input that arrives before the shell is open', async (t) => {
    const { api } = await start(t);
    const terminal = await openTerminal(api, name);
    terminal.type('early\n');
    await terminal.shows('early\n');
  });

  it('passes large amounts of data in both directions', async (t) => {
    const { api } = await start(t);
    const terminal = await openTerminal(api, name);
    for (let n = 0; n < 30; n += 1) terminal.type(`${n}`.padEnd(200_000, '.'));
    terminal.type('the end');
    await terminal.shows('the end');
  });

  it('is `sh` where there is no `bash`', async (t) => {
    const { api, loki, terminals } = await start(t);
    loki.shells = ['/bin/sh'];
    await (await openTerminal(api, name)).shows('$ ');
    assert.deepEqual(terminals()[0]?.command, ['/bin/sh']);
  });

  it('reports in the terminal that the image has no shell', async (t) => {
    const { api, loki, ended } = await start(t);
    loki.shells = [];
    const terminal = await openTerminal(api, name);
    const reason = 'The image stack-loki-1:1 has no shell: neither /bin/bash nor /bin/sh.';
    await terminal.shows(reason);
    assert.deepEqual(await terminal.closed, { code: 1011, reason });
    await ended(`failed, ${reason}`);
  });

  it('needs a running container', async (t) => {
    const { api } = await start(t);
    const terminal = await openTerminal(api, 'job');
    await terminal.shows('job is exited; a shell needs a running container.');
    assert.equal((await terminal.closed).code, 1011);
  });

  it('ends when Docker cuts the connection, however early', async (t) => {
    const { api, docker, ended } = await start(t);
    docker.onTerminal = (socket) => socket.resetAndDestroy();
    const terminal = await openTerminal(api, name);
    assert.equal((await terminal.closed).code, 1000);
    await ended('done, closed');
  });

  it('survives a message that is too long before the shell is open', async (t) => {
    const { api, loki, ended } = await start(t);
    loki.shells = [];
    const terminal = await openTerminal(api, name);
    terminal.type('x'.repeat(300_000));
    await terminal.closed;
    await ended('failed, The image stack-loki-1:1 has no shell: neither /bin/bash nor /bin/sh.');
    assert.equal((await api.call('GET', '/containers/list')).status, 200);
  });
});

describe('a shell is refused before the upgrade', () => {
  const path = `${name}/shell?confirm=${name}`;

  it('without the login', async (t) => {
    const { api, audited } = await start(t);
    assert.equal((await askShell(api, path, { authorization: undefined })).status, 401);
    assert.equal((await askShell(api, path, { authorization: 'Basic d3Jvbmc6d3Jvbmc=' })).status, 401);
    assert.deepEqual(audited(), []);
  });

  it('for a page of another site', async (t) => {
    const { api, audited } = await start(t);
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: api.origin, 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      assert.equal((await askShell(api, path, headers)).status, 403, JSON.stringify(headers));
    }
    assert.deepEqual(audited(), []);
    const rebound = await askShell(api, path, { host: 'evil.example', origin: 'http://evil.example' });
    assert.equal(rebound.status, 421, 'a name of another site that points here');
    const own = await askShell(api, path, { origin: api.origin, 'sec-fetch-site': 'same-origin' });
    assert.equal(own.status, 101);
  });

  it('without the confirmation, for an unknown container, and for a plain request', async (t) => {
    const { api, audited } = await start(t);
    for (const [asked, status] of [
      [`${name}/shell`, 422],
      [`${name}/shell?confirm=job`, 422],
      [`${path}&columns=0`, 422],
      ['nobody/shell?confirm=nobody', 404],
      ['nobody/logs', 404],
    ] as const) {
      assert.equal((await askShell(api, asked)).status, status, asked);
    }
    const { status, body } = await api.call('GET', `/containers/${path}`);
    assert.deepEqual([status, body.field], [422, 'upgrade']);
    assert.deepEqual(audited(), []);
  });

  it('while control is off, and for a protected container', async (t) => {
    const off = await start(t, { DOCKER_ACT_URL: '' });
    const refused = await askShell(off.api, path);
    assert.equal(refused.status, 403);
    assert.match(JSON.stringify(refused), /COMPOSE_PROFILES=control/);
    const { api, docker, audited } = await start(t);
    for (const each of ['agent', 'stack-ultronex-1', 'files', 'privileged', 'run']) {
      const answer = await askShell(api, `${each}/shell?confirm=${each}`);
      assert.equal(answer.status, 409, each);
      assert.match(audited().at(-1) ?? '', new RegExp(`^shell ${each}: refused, `));
    }
    assert.equal(docker.execs.length, 0);
  });

  it('when ten shells are open', async (t) => {
    const { api } = await start(t);
    const answers = await Promise.all(Array.from({ length: 15 }, () => askShell(api, path)));
    const open = answers.flatMap((answer) => ('terminal' in answer ? [answer.terminal] : []));
    assert.equal(open.length, 10);
    assert.deepEqual(await askShell(api, path), {
      status: 429,
      body: { msg: '10 shells are open already; close one.' },
    });
    await open[0]?.shows('$ ');
    open[0]?.type('exit\n');
    await eventually('room', async () => (await askShell(api, path)).status === 101);
  });
});
