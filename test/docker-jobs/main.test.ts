import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, statSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join, resolve } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { readOptions } from '../../src/docker-jobs/options.ts';
import { dropPrivileges } from '../../src/docker-jobs/privileges.ts';
import { startFakeDocker } from '../fakes/docker/fake-docker.ts';
import { lacks } from '../support/lacks.ts';
import { freePort } from '../support/port.ts';
import { eventually } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

/** Only root looks at the group of the socket. */
const noRoot = lacks(process.getuid?.() !== 0, 'needs root');
const root = resolve(import.meta.dirname, '../..');

function run(t: TestContext, script: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', ...script], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => void child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const exit = once(child, 'exit');
  return { child, exit, stderr: () => stderr };
}

const main = 'src/docker-jobs/main.ts';

describe('the process docker-jobs', () => {
  it('listens on its socket, also after a kill, uses nothing of its environment, and ends with SIGTERM', async (t) => {
    const dir = tempDir(t);
    const socket = join(dir, 'docker.sock');
    const listen = join(dir, 'jobs.sock');
    const fake = await startFakeDocker({ socket });
    t.after(fake.close);
    writeFileSync(listen, 'left by another');
    const health = await freePort();
    const args = [
      '--listen',
      listen,
      '--docker',
      socket,
      '--images',
      'debian:13, alpine:3.22',
      '--health',
      `${health}`,
    ];
    const env = { JOB_IMAGES: 'other:1', DOCKER_HOST: 'tcp://127.0.0.1:1', HTTP_PROXY: 'http://127.0.0.1:1' };
    const { child, exit, stderr } = run(t, [main, ...args], env);
    await eventually('it to listen', () => /listens at .*images: debian:13, alpine:3\.22\n$/.test(stderr()));
    assert.equal(statSync(listen).mode & 0o777, 0o666);
    const isWell = async () => {
      const [response] = await once(get(`http://127.0.0.1:${health}/_ping`), 'response');
      response.resume();
      return response.statusCode;
    };
    // The socket may listen a moment before the port of the health check.
    await eventually('it to be well', async () => (await isWell().catch(() => null)) === 200);
    await fake.close();
    assert.equal(await isWell(), 503);
    child.kill('SIGTERM');
    assert.deepEqual(await exit, [0, null]);
  });

  it('ends with 78 and every problem when an argument is wrong', async (t) => {
    const { exit, stderr } = run(t, [main, '--images', 'debian', '--listen', 'jobs.sock']);
    assert.deepEqual(await exit, [78, null]);
    assert.match(
      stderr(),
      /"debian" is no image with a tag or digest; write it as in alpine:3\.22\.\n"jobs\.sock" is no/,
    );
  });

  it('ends with 1 and the reason when there is no Docker', { skip: noRoot }, async (t) => {
    const dir = tempDir(t);
    const args = ['--listen', join(dir, 'jobs.sock'), '--docker', join(dir, 'none'), '--images', 'debian:13'];
    const { exit, stderr } = run(t, [main, ...args]);
    assert.deepEqual(await exit, [1, null]);
    assert.match(stderr(), /did not start: ENOENT.*none'\. Does Docker run\?\n$/);
  });

  it('is nobody in the group of Docker’s socket if it was started by root', { skip: noRoot }, async (t) => {
    const dir = tempDir(t);
    chmodSync(dir, 0o755);
    const socket = join(dir, 'docker.sock');
    writeFileSync(socket, '', { mode: 0o660 });
    chmodSync(socket, 0o660);
    const code = `
      import { dropPrivileges } from './src/docker-jobs/privileges.ts';
      console.error(dropPrivileges(${JSON.stringify(socket)}), process.getuid(), process.getgid(), process.getgroups().join());
      try { process.setuid(0); } catch (error) { console.error(error.code); }`;
    const { exit, stderr } = run(t, ['--input-type=module', '-e', code]);
    assert.deepEqual(await exit, [0, null]);
    assert.equal(stderr(), 'runs as user 65534 in group 0 65534 0 0\nEPERM\n');
    chmodSync(socket, 0o600);
    assert.match(dropPrivileges(socket), /runs as root: the group of .* may not use it/);
    assert.ok(existsSync(socket));
  });
});

describe('its list of images', () => {
  const images = (list: string) => [...readOptions(['--images', list]).images];

  it('has names with a tag or a digest', () => {
    const digest = `alpine@sha256:${'a'.repeat(64)}`;
    const list = ['alpine:3.22', 'ghcr.io/example/shop-jobs:v1.2', 'localhost:5000/a/b_c:latest', digest];
    assert.deepEqual(images(list.join(', ')), list);
  });

  for (const wrong of [
    '',
    ',',
    'alpine',
    'alpine:',
    'alpine:3:4',
    'Alpine:3',
    '../alpine:3',
    'alpine:3 --privileged',
    'a@sha256:12',
  ]) {
    it(`refuses "${wrong}"`, () => assert.throws(() => images(wrong), /--images/));
  }
});
