import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { attempt, type Ran } from '../stack/command.ts';
import { tempDir } from '../support/temp.ts';
import { type FakeImage, fakeDocker } from './fake-docker.ts';

const bin = resolve(import.meta.dirname, '../../deploy/bin');
const refused = 'slack: Slack refuses the bot token (invalid_auth): install the app again, set its token';
const away = 'slack: Slack was not reached yet: connect ECONNREFUSED';
const noSocket = 'slack: @ultronex in Acme, 0 of 2 sockets connected: invalid_auth';

/** Version `one` runs; `two` has an image. */
function server(t: TestContext, one: FakeImage, two: FakeImage, replicas = 1) {
  const project = tempDir(t);
  writeFileSync(join(project, 'docker-compose.yml'), 'name: fake\n');
  writeFileSync(join(project, '.env'), 'ULTRONEX_VERSION=one\nSLACK_BOT_TOKEN=xoxb-old\n', { mode: 0o600 });
  const folder = join(project, 'bin');
  mkdirSync(folder);
  const docker = fakeDocker(folder, { 'ultronex:one': one, 'ultronex:two': two }, [
    ...Array.from({ length: replicas }, (_, index) => {
      return { id: `${'a'.repeat(63)}${index}`, service: 'ultronex', image: 'ultronex:one' };
    }),
  ]);
  if (replicas > 1) appendFileSync(join(project, '.env'), `ULTRONEX_REPLICAS=${replicas}\n`);
  const run = (name: string, args: string[], input?: string): Promise<Ran> =>
    attempt('bash', [join(bin, name), ...args], {
      env: { PATH: `${docker.bin}:${process.env.PATH}`, ULTRONEX_PROJECT: project },
      ...(input !== undefined && { input }),
    });
  return {
    run,
    deploy: () => run('deploy', ['two', '--timeout', '3']),
    images: () => docker.state().containers.map(({ image }) => image),
    env: () => readFileSync(join(project, '.env'), 'utf8'),
  };
}

describe('a new version is judged by its store, and by the version before', () => {
  for (const [what, one, two] of [
    ['both are ready', {}, {}],
    ['both have a token that Slack refuses', { reasons: [refused] }, { reasons: [refused] }],
    ['Slack is away from both', { reasons: [away] }, { reasons: [away] }],
    ['the old one does not answer at all', { reasons: null }, { reasons: [refused] }],
    ['it is better than before', { reasons: [refused] }, {}],
  ] as [string, FakeImage, FakeImage][]) {
    it(`is taken when ${what}`, async (t) => {
      const { deploy, images, env } = server(t, one, two);
      const { code, stdout, stderr } = await deploy();
      assert.equal(code, 0, stderr);
      assert.match(stdout, /two is in force/);
      assert.deepEqual(images(), ['ultronex:two']);
      assert.match(env(), /^ULTRONEX_VERSION=two$/m);
      const wrong = two.reasons?.includes(refused) === true;
      assert.equal(
        /SLACK_BOT_TOKEN is wrong: Slack refuses the bot token \(invalid_auth\)/.test(stderr),
        wrong,
        stderr,
      );
      if (what.startsWith('Slack is away'))
        assert.match(stderr, /no worse than before, but not ready:\n.*was not reached/);
    });
  }

  for (const [what, one, two, said] of [
    ['Slack refuses its token and not that of the old one', {}, { reasons: [refused] }, /SLACK_BOT_TOKEN is wrong/],
    ['only it cannot reach Slack', {}, { reasons: [away] }, /was not reached yet/],
    ['Slack refuses its sockets', {}, { reasons: [noSocket] }, /0 of 2 sockets connected: invalid_auth/],
    ['its outbox is down as well', { reasons: [away] }, { reasons: [away, 'outbox: disk I/O error'] }, /outbox: disk/],
    ['it does not answer', {}, { reasons: null }, /does not answer \/readyz/],
    ['its process is not healthy', {}, { health: 'unhealthy' }, /unhealthy/],
  ] as [string, FakeImage, FakeImage, RegExp][]) {
    it(`is taken away again when ${what}`, async (t) => {
      const { deploy, images, env } = server(t, one, two);
      const { code, stderr } = await deploy();
      assert.equal(code, 1, stderr);
      assert.match(stderr, said);
      assert.match(stderr, /two was not brought into force; one goes on as before/);
      assert.deepEqual(images(), ['ultronex:one']);
      assert.match(env(), /^ULTRONEX_VERSION=one$/m);
    });
  }
});

describe('a new version of several replicas', () => {
  it('replaces all of them, once one of the new ones is judged to be well', async (t) => {
    const { deploy, images } = server(t, {}, {}, 3);
    const { code, stdout, stderr } = await deploy();
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Start the other 2 replicas/);
    assert.deepEqual(images(), ['ultronex:two', 'ultronex:two', 'ultronex:two']);
  });

  it('is taken away again when the first one is not well, and the old ones stay', async (t) => {
    const { deploy, images, env } = server(t, {}, { reasons: [refused] }, 3);
    const { code, stderr } = await deploy();
    assert.equal(code, 1, stderr);
    assert.deepEqual(images(), ['ultronex:one', 'ultronex:one', 'ultronex:one']);
    assert.match(env(), /^ULTRONEX_VERSION=one$/m);
  });
});

describe('ultronex rotate-secrets SLACK_BOT_TOKEN', () => {
  it('takes a token that Slack refuses out again, also when the one before was refused', async (t) => {
    const { run, env } = server(t, { reasons: [refused] }, {});
    const before = env();
    const { code, stderr } = await run('rotate-secrets', ['SLACK_BOT_TOKEN'], 'xoxb-new\n');
    assert.equal(code, 1, stderr);
    assert.match(stderr, /SLACK_BOT_TOKEN is wrong/);
    assert.doesNotMatch(stderr, /xoxb-new/);
    assert.equal(env(), before);
  });
});

describe('ultronex ready', () => {
  it('says which parts are down, and ends with another code for ready, not ready and not running', async (t) => {
    const ready = await server(t, {}, {}).run('ready', []);
    assert.deepEqual([ready.code, ready.stdout], [0, '']);
    const not = await server(t, { reasons: [refused, 'store: disk full'] }, {}).run('ready', ['--wait', '30']);
    assert.deepEqual([not.code, not.stdout], [1, `${refused}\nstore: disk full\n`]);
    const hung = await server(t, { reasons: null }, {}).run('ready', []);
    assert.equal(hung.code, 3);
    assert.match(hung.stderr, /does not run, or does not answer/);
  });
});
