import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { attempt } from '../stack/command.ts';
import { tempDir } from '../support/temp.ts';
import { type FakeImage, fakeDocker } from './fake-docker.ts';

const bin = resolve(import.meta.dirname, '../../deploy/bin');
const by = `by ada@${hostname()}`;

/** A server that runs version `one`; before it `two` ran. */
function server(t: TestContext, one: FakeImage = {}, two: FakeImage = {}, running = true) {
  const project = tempDir(t);
  writeFileSync(join(project, 'docker-compose.yml'), 'name: fake\n');
  writeFileSync(join(project, '.env'), 'ULTRONEX_VERSION=one\nSLACK_BOT_TOKEN=xoxb-old\n', { mode: 0o600 });
  writeFileSync(join(project, '.deploy-state'), 'version=one\nprevious=two\n');
  const folder = join(project, 'bin');
  mkdirSync(folder);
  const container = { id: 'a'.repeat(64), service: 'ultronex', image: 'ultronex:one' };
  const docker = fakeDocker(folder, { 'ultronex:one': one, 'ultronex:two': two }, running ? [container] : []);
  return {
    run: (name: string, args: string[], input = '') =>
      attempt('bash', [join(bin, name), ...args], {
        env: { PATH: `${docker.bin}:${process.env.PATH}`, ULTRONEX_PROJECT: project, SUDO_USER: 'ada' },
        input,
      }),
    /** The words of each `audit add`, after those of `docker exec`. */
    entries: () => docker.state().calls.flatMap((call) => / dist\/cli\/main\.js audit add (.*)$/.exec(call)?.[1] ?? []),
    images: () => docker.state().containers.map(({ image }) => image),
  };
}

describe('the audit log', { concurrency: 2 }, () => {
  it('has an entry of a deploy, with the version before and who ran it', async (t) => {
    const { run, entries } = server(t);
    const { code, stdout, stderr } = await run('deploy', ['two']);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Write to the audit log: deploy two, done$/m);
    assert.deepEqual(entries(), [`deploy two --outcome done --detail before: one; ${by}`]);
  });

  it('has an entry of a version that was abandoned, and none of one that never began', async (t) => {
    const abandoned = server(t, {}, { health: 'unhealthy' });
    assert.equal((await abandoned.run('deploy', ['two', '--timeout', '1'])).code, 1);
    assert.deepEqual(abandoned.entries(), [`deploy two --outcome failed --detail one goes on; ${by}`]);
    const absent = server(t);
    assert.equal((await absent.run('deploy', ['three'])).code, 1);
    assert.deepEqual(absent.entries(), []);
  });

  it('has one entry of a rollback, and no second one of its deploy', async (t) => {
    const { run, entries } = server(t);
    const { code, stderr } = await run('rollback', []);
    assert.equal(code, 0, stderr);
    assert.deepEqual(entries(), [`rollback two --outcome done --detail before: one; ${by}`]);
  });

  it('has one entry of new secrets: their names, no value, and no second one of the deploy', async (t) => {
    const { run, entries } = server(t);
    const token = await run('rotate-secrets', ['SLACK_BOT_TOKEN', 'DEADMAN_URL'], 'xoxb-new\nhttps://dead.example/\n');
    assert.equal(token.code, 0, token.stderr);
    assert.deepEqual(entries(), [`rotate-secrets SLACK_BOT_TOKEN DEADMAN_URL --outcome done --detail ${by}`]);
    const refused = server(t, { reasons: ['slack: Slack refuses the bot token (invalid_auth)'] });
    assert.equal((await refused.run('rotate-secrets', ['SLACK_BOT_TOKEN'], 'xoxb-new\n')).code, 1);
    assert.deepEqual(refused.entries(), [
      `rotate-secrets SLACK_BOT_TOKEN --outcome failed --detail the old values are back; ${by}`,
    ]);
  });

  for (const [what, audit, reason] of [
    ['an older program', 'There is no command "audit".\n\nUsage: ultronex', 'There is no command "audit".'],
    ['a hashed password', 'BASIC_AUTH_PASSWORD is a scrypt line', 'BASIC_AUTH_PASSWORD is a scrypt line'],
    ['a failure without a word', '', 'docker exec ended with 1'],
  ] as const) {
    it(`without an entry (${what}) a deploy is done, and one line says why`, async (t) => {
      const { run, images } = server(t, {}, { audit });
      const { code, stdout, stderr } = await run('deploy', ['two']);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /two is in force/);
      assert.deepEqual(images(), ['ultronex:two']);
      assert.equal(stderr.match(/audit log.*/g)?.join(), `audit log has no entry of this: ${reason}`);
      assert.doesNotMatch(stderr, /^Usage/m);
    });
  }

  it('is not asked for when no program runs', async (t) => {
    const { run, entries } = server(t, {}, { health: 'unhealthy' }, false);
    const { code, stderr } = await run('deploy', ['two', '--timeout', '1']);
    assert.equal(code, 1);
    assert.match(stderr, /the audit log has no entry of this: the program does not run/);
    assert.deepEqual(entries(), []);
  });

  it('gets no entry from a dry run, which shows the step', async (t) => {
    const { run, entries } = server(t);
    for (const [name, args, step] of [
      ['deploy', ['two'], 'deploy two, done'],
      ['rollback', [], 'rollback two, done'],
      ['rotate-secrets', ['DEADMAN_URL'], 'rotate-secrets DEADMAN_URL, done'],
    ] as const) {
      const { code, stdout, stderr } = await run(name, [...args, '--dry-run']);
      assert.equal(code, 0, stderr);
      assert.ok(stdout.includes(`Write to the audit log: ${step}\n`), stdout);
    }
    assert.deepEqual(entries(), []);
  });
});
