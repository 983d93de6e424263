import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { attempt } from '../stack/command.ts';
import { tempDir } from '../support/temp.ts';
import { type FakeImage, type FakeState, fakeDocker } from './fake-docker.ts';
import { fakeRegistry } from './fake-registry.ts';

const bin = resolve(import.meta.dirname, '../../deploy/bin');
const refused = 'slack: Slack refuses the bot token (invalid_auth)';

interface World {
  /** What the registry has of prometheus beside v3.13.5, by tag. */
  prometheus?: Record<string, FakeImage>;
  /** What haproxy:3.2 is there. */
  haproxy?: FakeImage;
  /** What a build of the program gives. */
  own?: FakeImage;
  env?: string;
  away?: boolean;
}

/** A stack of four services, of which two share an image, and a registry. */
async function server(t: TestContext, { prometheus = {}, haproxy, own, env = '', away = false }: World) {
  const digests = (images: Record<string, FakeImage>) =>
    Object.fromEntries(Object.entries(images).map(([tag, { id }]) => [tag, `sha256:${id}`]));
  const registry = await fakeRegistry(t, {
    'prom/prometheus': digests({ 'v3.13.5': { id: 'prometheus-5' }, latest: { id: 'x' }, ...prometheus }),
    haproxy: digests({ '3.2': haproxy ?? { id: 'haproxy-1' } }),
  });
  const host = away ? '127.0.0.1:1' : registry.host;
  const project = tempDir(t);
  const pin = `${host}/prom/prometheus:v3.13.\${PROMETHEUS_3_13_PATCH:-5}`;
  const compose = {
    ultronex: 'ultronex:one',
    haproxy: `${host}/haproxy:3.2`,
    'docker-read': `${host}/haproxy:3.2`,
    prometheus: pin,
  };
  const lines = Object.entries(compose).map(([service, image]) => `  ${service}:\n    image: ${image}\n`);
  writeFileSync(join(project, 'docker-compose.yml'), `name: fake\nservices:\n${lines.join('')}`);
  writeFileSync(join(project, 'package.json'), '{\n  "version": "0.1.0",\n}');
  const text = `ULTRONEX_VERSION=one\nALERT_CHANNEL='#alerts'\nHTTPS_PORT=1\n${env}`;
  writeFileSync(join(project, '.env'), text, { mode: 0o600 });
  const folder = join(project, 'bin');
  mkdirSync(folder);
  const patch = /PATCH=(\d+)/.exec(env)?.[1] ?? '5';
  const first = {
    'ultronex:one': { id: 'own-1' },
    [`${host}/haproxy:3.2`]: { id: 'haproxy-1', digest: 'sha256:haproxy-1' },
    [`${host}/prom/prometheus:v3.13.${patch}`]: { id: `prometheus-${patch}`, digest: `sha256:prometheus-${patch}` },
  };
  const containers = Object.entries(compose).map(([service, image], index) => {
    return {
      id: 'abde'.charAt(index).repeat(64),
      service,
      image: image === pin ? `${host}/prom/prometheus:v3.13.${patch}` : image,
    };
  });
  const world: FakeState['registry'] = {
    ...(haproxy && { [`${host}/haproxy:3.2`]: haproxy }),
    ...(own && { 'ultronex:one': own }),
    ...Object.fromEntries(Object.entries(prometheus).map(([tag, image]) => [`${host}/prom/prometheus:${tag}`, image])),
  };
  const docker = fakeDocker(folder, first, containers, away ? null : world);
  return {
    project,
    registry,
    update: (...args: string[]) =>
      attempt('bash', [join(bin, 'update'), '--timeout', '2', ...args], {
        env: { PATH: `${docker.bin}:${process.env.PATH}`, ULTRONEX_PROJECT: project },
      }),
    calls: () => docker.state().calls,
    running: () => Object.fromEntries(docker.state().containers.map(({ service, imageId }) => [service, imageId])),
    /** What a name stands for, without the registry's host. */
    name: (name: string) => docker.state().images[name.startsWith('ultronex') ? name : `${host}/${name}`]?.id,
    env: () => readFileSync(join(project, '.env'), 'utf8').slice(text.length - env.length),
  };
}

/** Entries that the audit log gets, without their detail. */
const entries = (calls: string[]) => calls.flatMap((call) => / audit add (.*) --detail /.exec(call)?.[1] ?? []);

const before = { ultronex: 'own-1', haproxy: 'haproxy-1', 'docker-read': 'haproxy-1', prometheus: 'prometheus-5' };

describe('ultronex update', { concurrency: 2 }, () => {
  it('changes nothing when there is nothing newer', async (t) => {
    const { update, running, calls, env } = await server(t, {});
    const { code, stdout, stderr } = await update();
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Everything is up to date/);
    assert.ok(calls().some((call) => call.startsWith('compose pull --ignore-buildable --quiet')));
    assert.ok(calls().some((call) => call === 'compose build --pull --quiet ultronex'));
    assert.ok(!calls().some((call) => call.includes(' up ')));
    assert.deepEqual(entries(calls()), []);
    assert.deepEqual([running(), env()], [before, '']);
  });

  it('brings the newest patch of the pinned minor, however many there are, and no other minor', async (t) => {
    const tags = [
      'v3.13.6',
      'v3.13.9',
      'v3.13.10',
      'v3.13.11-rc.1',
      'v3.14.0',
      'v31.13.99',
      '3.13.50',
      'v3.13.12-distroless',
    ];
    const prometheus = Object.fromEntries(tags.map((tag) => [tag, { id: `prometheus-${tag}` }]));
    const { update, running, env, calls, project } = await server(t, { prometheus });
    const { code, stdout, stderr } = await update();
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Up to date: .*prom\/prometheus:v3\.13\.10$/m);
    assert.deepEqual(running(), { ...before, prometheus: 'prometheus-v3.13.10' });
    assert.equal(env(), 'PROMETHEUS_3_13_PATCH=10\n');
    assert.equal(calls().filter((call) => call.includes(' up ')).length, 1, 'no other service is made anew');
    assert.ok(!readdirSync(project).some((name) => name.startsWith('.env.')));
    assert.match((await update()).stdout, /Everything is up to date/);
  });

  it('makes every service anew whose image was built again under its name, HAProxy last', async (t) => {
    const { update, running, calls } = await server(t, { haproxy: { id: 'haproxy-2' } });
    const { code, stderr } = await update();
    assert.equal(code, 0, stderr);
    assert.deepEqual(running(), { ...before, haproxy: 'haproxy-2', 'docker-read': 'haproxy-2' });
    const made = calls().flatMap((call) => / up .* (\S+)$/.exec(call)?.[1] ?? []);
    assert.deepEqual(made, ['docker-read', 'haproxy']);
  });

  it('brings the program as a deploy does: a second container beside the first', async (t) => {
    const { update, running, calls } = await server(t, { own: { id: 'own-2' } });
    const { code, stderr } = await update();
    assert.equal(code, 0, stderr);
    assert.deepEqual(running(), { ...before, ultronex: 'own-2' });
    assert.ok(calls().some((call) => call.includes('--scale ultronex=2')));
    assert.deepEqual(entries(calls()), ['update ultronex:one --outcome done']);
  });

  it('--no-build leaves the program alone', async (t) => {
    const { update, running, calls } = await server(t, { own: { id: 'own-2' } });
    assert.equal((await update('--no-build')).code, 0);
    assert.deepEqual(running(), before);
    assert.ok(!calls().some((call) => call.startsWith('compose build')));
  });

  it('does not build the program out of files of another version', async (t) => {
    const { update, running, project } = await server(t, { own: { id: 'own-2' } });
    writeFileSync(join(project, 'package.json'), '{\n  "version": "9.9.9",\n}');
    const { code, stderr } = await update();
    assert.equal(code, 0);
    assert.match(stderr, /ultronex:one was not made of the files in .*, so it is left as it is/);
    assert.deepEqual(running(), before);
  });

  for (const [what, world, after] of [
    ['a pinned image that is not healthy', { prometheus: { 'v3.13.7': { id: 'p-7', health: 'unhealthy' } } }, {}],
    ['an image of two services that is not healthy', { haproxy: { id: 'h-2', health: 'unhealthy' } }, {}],
    ['a program that is worse than before', { own: { id: 'own-2', reasons: [refused] } }, {}],
    [
      'one of two',
      { haproxy: { id: 'h-2', health: 'unhealthy' }, prometheus: { 'v3.13.7': { id: 'p-7' } } },
      { prometheus: 'p-7' },
    ],
  ] as [string, World, Record<string, string>][]) {
    it(`takes ${what} back, its name and its line in .env too`, async (t) => {
      const { update, running, name, env, calls } = await server(t, world);
      const { code, stderr } = await update();
      assert.equal(code, 1, stderr);
      assert.match(stderr, /not well with the new image, so the old one is back/);
      assert.deepEqual(running(), { ...before, ...after });
      assert.equal(name('haproxy:3.2'), 'haproxy-1');
      assert.equal(name('ultronex:one'), 'own-1');
      const taken = 'prometheus' in after ? [/^update \S+:v3\.13\.7 --outcome done$/] : [];
      const recorded = entries(calls());
      for (const [index, entry] of [...taken, /^update \S+ --outcome failed$/].entries())
        assert.match(recorded[index] ?? '', entry);
      assert.equal(recorded.length, taken.length + 1, recorded.join('\n'));
      assert.equal(env(), 'prometheus' in after ? 'PROMETHEUS_3_13_PATCH=7\n' : '');
    });
  }

  it('takes a patch back to the one that .env had', async (t) => {
    const prometheus = { 'v3.13.6': { id: 'prometheus-6' }, 'v3.13.7': { id: 'p-7', health: 'unhealthy' } } as const;
    const { update, running, env } = await server(t, { prometheus, env: 'PROMETHEUS_3_13_PATCH=6\n' });
    assert.equal((await update()).code, 1);
    assert.equal(running().prometheus, 'prometheus-6');
    assert.equal(env(), 'PROMETHEUS_3_13_PATCH=6\n');
  });

  it('changes nothing when the registry is away, and says so', async (t) => {
    const { update, running, env } = await server(t, { away: true });
    const { code, stderr } = await update();
    assert.equal(code, 1);
    assert.match(stderr, /not asked for newer releases: .*prom\/prometheus \(.*[Cc]onnect/);
    assert.match(stderr, /connection refused[\s\S]*could not be pulled.*nothing was changed/);
    assert.deepEqual([running(), env()], [before, '']);
  });

  it('--check pulls and changes nothing, and tells ALERT_CHANNEL what there is, with one key a week', async (t) => {
    const world = { prometheus: { 'v3.13.7': { id: 'p-7' } }, haproxy: { id: 'haproxy-2' } };
    const { update, running, calls, env, registry } = await server(t, world);
    const { code, stdout, stderr } = await update('--check', '--tell');
    assert.equal(code, 10, stderr);
    assert.match(
      stdout,
      /prom\/prometheus:v3\.13\.5 → v3\.13\.7; .*haproxy:3\.2, built again\. `sudo ultronex update`/,
    );
    assert.deepEqual([running(), env()], [before, '']);
    const told = calls().filter((call) => call.includes(' send '));
    assert.equal(told.length, 1, calls().join('\n'));
    assert.match(told[0] ?? '', /send #alerts Newer images for/);
    assert.ok(!calls().some((call) => /^(compose (pull|build|up)|pull|tag)/.test(call)), calls().join('\n'));
    assert.ok(registry.asked.includes('HEAD /v2/haproxy/manifests/3.2'), 'a digest is asked for without a pull');
  });

  it('--check says nothing in Slack when there is nothing, and fails when it could not ask', async (t) => {
    const { update, calls } = await server(t, {});
    const { code, stdout } = await update('--check', '--tell');
    assert.deepEqual([code, stdout], [0, 'No newer images\n']);
    assert.ok(!calls().some((call) => call.includes(' send ')));
    const away = await (await server(t, { away: true })).update('--check', '--tell');
    assert.equal(away.code, 1);
    assert.match(away.stderr, /not asked for newer releases/);
  });

  it('--dry-run only says what would be done', async (t) => {
    const { update, running, calls, env, project } = await server(t, { prometheus: { 'v3.13.7': { id: 'p-7' } } });
    const { code, stdout } = await update('--dry-run');
    assert.equal(code, 0);
    assert.match(stdout, /v3\.13\.7[\s\S]*pull --ignore-buildable[\s\S]*^Write to the audit log: update /m);
    assert.ok(!calls().some((call) => /^compose (pull|build|up)|^tag/.test(call)));
    assert.deepEqual([running(), env()], [before, '']);
    assert.ok(!readdirSync(project).includes('.update-state'));
  });
});
