import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '../support/program.ts';
import { ended, type Ran } from './command.ts';
import { startLoad } from './load.ts';
import { startMessages } from './messages.ts';
import { recorded, runCommand, said, start } from './server-command.ts';
import { containerOf, project, type Stack } from './stack.ts';

const tag = (name: string) => `ultronex:${name}`;

/** Answers 500 to everything from its first moment on; `setup` is the real one. */
const sick = `
if (process.argv[2] === 'serve') {
  const { createServer } = await import('node:http');
  createServer((request, response) => { response.statusCode = 500; response.end('sick'); }).listen(8080, '0.0.0.0');
} else await import('./real.js');
`;

/** The commands of deploy/bin, under load. They need root, as on a server. */
export function deployTests(stack: () => Stack): void {
  test('deploy, rollback and a version that is never well, under load: no request fails, each message is there once', {
    timeout: 400_000,
  }, async (t) => {
    const { docker, folder } = stack();
    await docker('tag', tag('latest'), tag('test-two'));
    await buildSick(docker);
    const load = startLoad(stack());
    const messages = startMessages(stack());
    // A load that goes on would fail every later test.
    t.after(async () => {
      await Promise.allSettled([load.end(), messages.end()]);
    });

    const deployed = await command('deploy', ['test-two']);
    assert.equal(deployed.code, 0, said(deployed));
    assert.equal(await image(), tag('test-two'));
    t.diagnostic(deployed.stdout.trim().split('\n').at(-1) ?? '');

    const refused = await command('deploy', ['test-sick', '--timeout', '25']);
    assert.equal(refused.code, 1, said(refused));
    assert.match(refused.stderr, /test-sick was not brought into force; test-two goes on as before/);
    assert.equal(await image(), tag('test-two'));
    assert.match(readFileSync(join(folder, '.env'), 'utf8'), /^ULTRONEX_VERSION=test-two$/m);

    const back = await command('rollback');
    assert.equal(back.code, 0, said(back));
    assert.equal(await image(), tag('latest'));
    await eventually('10,000 requests', () => load.answered() >= 10_000, 120_000);
    const { answered, failures } = await load.end();
    const { posted, told, problems } = await messages.end();
    t.diagnostic(
      `${answered} requests answered, ${failures.length} failed; ${posted.length} posts, ${told.length} events`,
    );
    assert.deepEqual(failures, []);
    assert.deepEqual(problems, []);
    await eachOnce([...posted, ...told]);
    assert.deepEqual((await recorded(stack(), /^(deploy|rollback)$/)).slice(0, 3), [
      'rollback latest done',
      'deploy test-sick failed',
      'deploy test-two done',
    ]);
    assert.deepEqual(await places(), ['2 0', '32'], 'one place serves, one is free, none is closed');
    assert.equal(statSync(join(folder, '.env')).mode & 0o777, 0o600);
  });

  test('after a deploy `docker compose up` changes nothing', { timeout: 60_000 }, async () => {
    const before = await ids();
    await stack().compose('up', '-d', '--no-build', '--no-deps', 'ultronex');
    assert.deepEqual(await ids(), before);
  });

  test('an interrupted deploy leaves what was there; killed, the next one cleans up', {
    timeout: 240_000,
  }, async () => {
    const [before] = await ids();
    const stopped = await interrupted('SIGINT');
    assert.equal(stopped.code, 130, said(stopped));
    assert.deepEqual(await ids(), [before]);
    assert.deepEqual(await places(), ['2 0', '32']);

    await interrupted('SIGKILL');
    assert.equal((await ids()).length, 2);
    assert.equal((await stack().ask('/ultronex/heartbeat')).status, 200);
    const doctor = await command('doctor-server');
    assert.match(doctor.stdout, /fail {2}haproxy +ultronex-\d is closed/);
    assert.match(doctor.stdout, /fail {2}ultronex +has 2 containers in place of 1: a deploy was interrupted/);
    const again = await command('deploy', ['test-two']);
    assert.equal(again.code, 0, said(again));
    assert.match(again.stdout, /An earlier deploy was interrupted/);
    const left = await ids();
    assert.equal(left.length, 1);
    assert.notEqual(left[0], before);
    assert.deepEqual(await places(), ['2 0', '32']);
  });

  test('two deploys at once: the second is refused', { timeout: 120_000 }, async () => {
    const first = command('deploy', ['latest']);
    await eventually('two containers', async () => (await ids()).length === 2, 30_000);
    const second = await command('deploy', ['test-two']);
    assert.equal(second.code, 1);
    assert.match(second.stderr, /another deploy, backup or restore is under way/);
    const ended = await first;
    assert.equal(ended.code, 0, said(ended));
    assert.equal(await image(), tag('latest'));
  });

  test('a dry run changes nothing', { timeout: 60_000 }, async () => {
    const env = readFileSync(join(stack().folder, '.env'), 'utf8');
    const before = await ids();
    for (const [name, ...args] of [
      ['deploy', 'test-two'],
      ['rollback'],
      ['rotate-secrets'],
      ['status'],
      ['logs'],
    ] as const) {
      const { code, stderr } = await command(name, [...args, '--dry-run']);
      assert.equal(code, 0, `${name}: ${stderr}`);
    }
    assert.deepEqual(await ids(), before);
    assert.equal(readFileSync(join(stack().folder, '.env'), 'utf8'), env);
  });

  test('status and doctor --server say how it is; words of the program reach it', { timeout: 120_000 }, async (t) => {
    const status = await command('ultronex', ['status']);
    assert.match(status.stdout, /^version +latest, since \d{4}-.*, before it test-two$/m);
    assert.match(status.stdout, /^queue +\d+ waiting/m);
    assert.match(status.stdout, /^certificate +.*ultronex\.test.* for \d+ days/m);
    t.diagnostic(status.stdout.replaceAll('\n', ' | '));
    const doctor = await command('ultronex', ['doctor', '--server']);
    assert.match(doctor.stdout, /^ok {4}\.env /m);
    assert.match(doctor.stdout, /^fail {2}grafana +has no container: docker compose up -d$/m);
    assert.match(doctor.stdout, /^ok {4}certificate +\d+ days left$/m);
    assert.match(doctor.stdout, /^ok {4}slack /m);
    assert.match(status.stdout, /^program +ready$/m);
    assert.equal(doctor.code, 1);
    const sent = await command('ultronex', ['send', '#general', 'from the server', '--wait']);
    assert.equal(sent.code, 0, said(sent));
  });

  test('rotate-secrets: a wrong value is taken out again, a right one is in force, none is shown', {
    timeout: 180_000,
  }, async () => {
    const file = join(stack().folder, '.env');
    const before = readFileSync(file, 'utf8');
    const wrong = await command('rotate-secrets', ['SLACK_APP_TOKEN'], { input: 'nonsense-that-is-no-token\n' });
    assert.equal(wrong.code, 1, said(wrong));
    assert.doesNotMatch(said(wrong), /nonsense-that/);
    assert.equal(readFileSync(file, 'utf8'), before);

    const secret = 'of-the-statistics-1';
    const stats = await command('rotate-secrets', ['STATS_PASSWORD'], { input: `${secret}\n` });
    assert.equal(stats.code, 0, said(stats));
    assert.ok(!said(stats).includes(secret));
    const authorization = `Basic ${Buffer.from(`admin:${secret}`).toString('base64')}`;
    await eventually('the new password', async () => {
      const { status } = await stack().inside('http://haproxy:8404/', { headers: { authorization } });
      return status === 200;
    });

    const [old] = await ids();
    const token = await command('rotate-secrets', ['SLACK_BOT_TOKEN'], { input: 'xoxb-test-1\n' });
    assert.equal(token.code, 0, said(token));
    assert.notEqual((await ids())[0], old, 'the program runs anew');
    const rotated = ['SLACK_BOT_TOKEN done', 'STATS_PASSWORD done', 'SLACK_APP_TOKEN failed'];
    const wanted = rotated.map((each) => `rotate-secrets ${each}`);
    assert.deepEqual(await recorded(stack(), /^rotate-secrets$/), wanted);
    assert.deepEqual(await places(), ['2 0', '32']);
  });

  test('the image of the version before stays, that of the one before it goes', { timeout: 120_000 }, async () => {
    const { docker } = stack();
    await docker('tag', tag('latest'), tag('test-three'));
    const third = await command('deploy', ['test-three']);
    assert.equal(third.code, 0, said(third));
    const there = async (name: string) => (await docker('images', '--quiet', tag(name))).trim() !== '';
    assert.deepEqual([await there('latest'), await there('test-three'), await there('test-two')], [true, true, false]);
    const back = await command('rollback');
    assert.equal(back.code, 0, said(back));
    assert.deepEqual([await image(), await there('test-three')], [tag('latest'), true]);
  });

  const command = (name: string, args?: readonly string[], options?: { input?: string }): Promise<Ran> =>
    runCommand(stack(), name, args, options);

  /** A deploy of test-two that gets a signal while both containers run and nothing is decided. */
  async function interrupted(signal: NodeJS.Signals): Promise<Ran> {
    const child = start(stack(), 'deploy', ['test-two']);
    child.stdin.end();
    const end = ended(child);
    await eventually('two containers', async () => (await ids()).length === 2, 30_000);
    child.kill(signal);
    return end;
  }

  async function ids(): Promise<string[]> {
    const filters = [`com.docker.compose.project=${project}`, 'com.docker.compose.service=ultronex'];
    const labels = [...filters, 'com.docker.compose.oneoff=False'].flatMap((label) => ['--filter', `label=${label}`]);
    return (await stack().docker('ps', '-q', '--no-trunc', ...labels)).split('\n').filter(Boolean);
  }

  async function image(): Promise<string> {
    return (await stack().docker('inspect', '-f', '{{.Config.Image}}', containerOf('ultronex'))).trim();
  }

  /** Of HAProxy's places: operation and administrative state of one with an address, the latter alone of one without. */
  async function places(): Promise<string[]> {
    const ask =
      'import sys; sys.path.insert(0, "/deploy"); import live; print(live.ask(b"show servers state ultronex"))';
    const text = await stack().docker('exec', containerOf('certbot'), 'python3', '-c', ask);
    const rows = text.split('\n').map((line) => line.split(' '));
    return rows
      .filter(([, backend]) => backend === 'ultronex')
      .map(([, , , , , operation, admin]) => (Number(admin) & 32 ? `${admin}` : `${operation} ${admin}`))
      .sort();
  }

  async function eachOnce(texts: readonly string[]): Promise<void> {
    const counts = await eventually(
      'every message in Slack',
      async () => {
        const posts = (await stack().slack('posts')) as { text: string; byBot?: boolean }[];
        // What a pattern matched is bold in its forward.
        const plain = posts.filter(({ byBot }) => byBot).map(({ text }) => text.replaceAll('*', ''));
        const counted = texts.map((text) => plain.filter((post) => post.includes(text)).length);
        return counted.every((count) => count > 0) && counted;
      },
      120_000,
    );
    assert.deepEqual(
      texts.filter((_, index) => counts[index] !== 1),
      [],
    );
  }
}

async function buildSick(docker: Stack['docker']): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ultronex-sick-'));
  writeFileSync(join(folder, 'sick.js'), sick);
  const steps = ['USER root', 'RUN mv dist/cli/main.js dist/cli/real.js', 'COPY sick.js dist/cli/main.js', 'USER node'];
  writeFileSync(join(folder, 'Dockerfile'), [`FROM ${tag('latest')}`, ...steps, ''].join('\n'));
  await docker('build', '--quiet', '--tag', tag('test-sick'), folder);
  rmSync(folder, { recursive: true });
}
