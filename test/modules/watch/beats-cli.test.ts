import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { nowhere, ultronex } from '../../cli/support.ts';
import { startFakeServer } from '../../fakes/http-server.ts';
import { password, startApi } from '../../http/support.ts';
import { eventually } from '../../support/program.ts';
import { takesLessThan } from '../../support/soon.ts';
import { tempDir } from '../../support/temp.ts';

const root = join(import.meta.dirname, '../../..');
// Before the folder is removed.
after(() => {
  const pids = existsSync(left) ? readFileSync(left, 'utf8').trim().split('\n') : [];
  if (pids.length > 0) spawnSync('kill', ['-KILL', ...pids]);
});
const folder = tempDir({ after } as never);
/** The pids of processes that a command leaves behind. */
const left = join(folder, 'left');
mkdirSync(join(folder, 'watch'));
writeFileSync(join(folder, 'watch/all.yaml'), 'beats: [{ name: job, every: 1h }, { name: other, every: 1h }]\n');
const api = await startApi({ after }, { WATCH_DIR: join(folder, 'watch') });
const env = { PATH: process.env.PATH ?? '', PORT: new URL(api.origin).port, BASIC_AUTH_PASSWORD: password };

interface Ran {
  code: number | null;
  out: string;
  err: string;
}

/** Runs the command line in a process of its own. */
function run(
  args: string[],
  more: Record<string, string> = {},
  begun: (child: ChildProcess) => void = () => {},
): Promise<Ran> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'src/cli/main.ts'), ...args], {
    ...{ cwd: root, env: { ...env, ...more }, stdio: ['pipe', 'pipe', 'pipe'] },
  });
  const ran: Ran = { code: null, out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    ran.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    ran.err += chunk;
  });
  child.stdin.end('from stdin\n');
  begun(child);
  return new Promise((resolve) => child.once('close', (code) => resolve({ ...ran, code })));
}

const beat = async (name = 'job') =>
  (await api.call('GET', '/beats')).body.beats.find((each: { name: string }) => each.name === name);

test('a job that ends well is a beat with its duration and output; its streams are passed on', async () => {
  const ran = await run(['beat', 'job', '--', 'sh', '-c', 'cat; echo to stderr >&2; sleep 0.2']);
  assert.deepEqual(ran, { code: 0, out: 'from stdin\n', err: 'to stderr\n' });
  const { state, exitCode, lastRunSeconds, log } = await beat();
  assert.deepEqual([state, exitCode, log.split('\n').sort()], ['ok', 0, ['', 'from stdin', 'to stderr']]);
  assert.ok(lastRunSeconds > 0, `${lastRunSeconds}`);
});

test('a job that fails exits with its code, and the beat has the last 10 kB of its output', async () => {
  const ran = await run(['beat', 'job', '--', 'sh', '-c', 'seq 1 20000; exit 3']);
  assert.deepEqual([ran.code, ran.out.length], [3, 108_894]);
  const { state, exitCode, log } = await beat();
  assert.deepEqual([state, exitCode, log.length], ['failed', 3, 10_000]);
  assert.ok(log.endsWith('\n19999\n20000\n'));
});

test('a command that is not there exits with 127, one that is not executable with 126; both are failures', async () => {
  const missing = await run(['beat', 'other', '--', './no-such-thing']);
  assert.deepEqual([missing.code, missing.out], [127, '']);
  assert.equal(missing.err, 'ultronex beat: ./no-such-thing cannot be started: ENOENT\n');
  const { state, exitCode, log } = await beat('other');
  assert.deepEqual([state, exitCode, log], ['failed', null, './no-such-thing cannot be started: ENOENT']);
  const plain = await run(['beat', 'other', '--', join(folder, 'watch/all.yaml')]);
  assert.equal(plain.code, 126);
});

test('SIGTERM and SIGINT go to the command, whose end is reported', async () => {
  for (const [signal, script, code] of [
    ['SIGTERM', 'trap "echo stopped; exit 9" TERM; echo ready; while :; do sleep 0.1; done', 9],
    ['SIGINT', `exec sleep 120 & echo $! >>'${left}'; wait`, 130],
  ] as const) {
    const began = performance.now();
    const ran = await run(['beat', 'job', '--', 'sh', '-c', script], {}, (child) => {
      const before = beat().then(({ last }) => last);
      void eventually('its start', async () => (await beat()).state === 'running' && (await before) !== null).then(() =>
        setTimeout(() => child.kill(signal), 300),
      );
    });
    assert.equal(ran.code, code, signal);
    assert.ok(performance.now() - began < 100_000);
    assert.deepEqual([(await beat()).state, (await beat()).exitCode], ['failed', code]);
  }
});

test('a program that is away, a wrong token or a wrong setting changes nothing about the job, and is told', async () => {
  const token = join(folder, 'token');
  writeFileSync(token, 'ux_wrong');
  for (const [options, more, reason] of [
    [['--token-file', token], {}, /the start of "job" is not reported: .* answered 401/],
    [['--token-file', join(folder, 'none')], {}, /No token: .*none cannot be read \(ENOENT\)/],
    [[], { PORT: 'abc' }, /PORT/],
  ] as const) {
    const ran = await run(['beat', 'job', ...options, '--', 'sh', '-c', 'echo done; exit 4'], more);
    assert.deepEqual([ran.code, ran.out], [4, 'done\n']);
    assert.match(ran.err, reason);
  }
  const unknown = await run(['beat', 'nothing', '--', 'true']);
  assert.deepEqual([unknown.code, unknown.out], [0, '']);
  assert.match(unknown.err, /answered 404: There is no beat "nothing"/);
  let away = unknown;
  // More than the start of a process that reports once.
  await takesLessThan(20_000, async () => {
    const began = performance.now();
    away = await run(['beat', 'job', '--url', await nowhere(), '--', 'true']);
    return performance.now() - began;
  });
  assert.equal(away.code, 0);
  assert.match(away.err, /the start of "job" is not reported: .*\n.*the end of "job" is not reported/);
});

test('a report is tried three times when the program is overloaded', async (t) => {
  const started = join(tempDir(t), 'started');
  const server = await startFakeServer(() => {
    if (server.requests.length === 3) writeFileSync(started, '');
    return { status: server.requests.length % 3 === 0 ? 200 : 503, body: 'OK' };
  });
  t.after(() => server.close());
  const untilStarted = `while [ ! -e '${started}' ]; do sleep 0.1; done`;
  const { code, err } = await run(['beat', 'job', '--url', server.url, '--', 'sh', '-c', untilStarted]);
  assert.deepEqual([code, err], [0, '']);
  assert.deepEqual(
    server.requests.map(({ method, url }) => `${method} ${url.pathname}`),
    ['start', 'start', 'start', '0', '0', '0'].map((what) => `POST /ultronex/beat/job/${what}`),
  );
  assert.equal(new Set(server.requests.map(({ url }) => url.searchParams.get('rid'))).size, 1);
});

test('a process that the command leaves behind does not hold the end back', async () => {
  const began = performance.now();
  const { code } = await run(['beat', 'job', '--', 'sh', '-c', `sleep 120 & echo $! >>'${left}'; echo left`]);
  assert.equal(code, 0);
  assert.ok(performance.now() - began < 100_000);
  assert.equal((await beat()).log, 'left\n');
});

test('without a command it is wrongly written: exit code 2', async () => {
  for (const args of [['beat'], ['beat', 'job'], ['beat', 'job', '--', '']]) {
    const { code, err } = await ultronex(args, env);
    assert.equal(code, 2, args.join(' '));
    assert.match(err, /something is missing|names no command/);
  }
});

test('ultronex beats lists state, last ping and problem; its exit code tells whether one is late or failed', async () => {
  await api.call('GET', '/beat/job/5');
  await api.call('GET', '/beat/other');
  const { code, out } = await ultronex(['beats'], env);
  assert.equal(code, 1);
  const [head, job, other] = out.split('\n');
  assert.match(head ?? '', /^NAME +STATE +LAST +DUE +SCHEDULE +PROBLEM$/);
  assert.match(job ?? '', /^job +failed +\d{4}-\d\d-\d\d \d\d:\d\dZ +\d.*Z +every 1h +Exit code 5 at .* UTC\.$/);
  assert.match(other ?? '', /^other +ok +\d.*every 1h$/);
  await api.call('GET', '/beat/job');
  const json = await ultronex(['beats', '--json'], env);
  assert.deepEqual([json.code, JSON.parse(json.out)[0].state], [0, 'ok']);
});
