import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { Job } from '../../../src/domain/job.ts';
import { bootOf } from '../../../src/modules/jobs/targets/process/run-folder.ts';
import { eventually } from '../../support/program.ts';
import { tempDir } from '../../support/temp.ts';
import { type Bench, bench, follow, jobOf, sink } from './process-support.ts';

interface Entry {
  handle?: string;
  text?: string;
  cursor?: string;
}

/** Starts a job in a program of its own. */
function program(t: TestContext, { bin, folder }: Bench, job: Job): { child: ChildProcess; stored(): Entry[] } {
  const file = join(tempDir(t), 'stored');
  const own = join(import.meta.dirname, 'process-program.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', own, bin, folder, JSON.stringify(job), file], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const lines = () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []);
  return { child, stored: () => lines().map((line) => JSON.parse(line)) };
}

async function killed(child: ChildProcess): Promise<void> {
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exit;
}

const numbers = (upTo: number): string => Array.from({ length: upTo }, (_, index) => `${index + 1} ä€😀\n`).join('');
const counting = (upTo: number, exit: number, pause = '') =>
  `i=0; while [ $i -lt ${upTo} ]; do i=$((i+1)); echo "$i ä€😀"; ${pause} done; exit ${exit}`;

const restarted = 'The machine was restarted while it ran, or it ran in another instance.';

describe('after kill -9 of the program', () => {
  it('a job is found again, and no byte of its output is lost or doubled', { timeout: 60_000 }, async (t) => {
    const here = bench(t);
    const job = here.script(counting(60_000, 5, '[ $((i % 3000)) = 0 ] && sleep 0.05;'));
    const { child, stored } = program(t, here, job);
    await eventually('it has stored some output', () => stored().length > 3);
    await killed(child);

    const handle = await here.target.find(job);
    assert.equal(handle, stored()[0]?.handle);
    const pieces = stored().slice(1);
    const cursor = pieces.at(-1)?.cursor ?? null;
    const { end, output } = await follow(here.target, { ...job, handle: String(handle), cursor });
    assert.ok(output.length > 0, 'it was killed in between');
    assert.equal(pieces.map(({ text }) => text).join('') + output, numbers(60_000));
    assert.deepEqual(end, { exitCode: 5, how: 'exited', reason: null });
  });

  it('a job that ended while no program ran is told with its exit code and its output', async (t) => {
    const here = bench(t);
    const job = here.script(`sleep 0.5; ${counting(100, 9)}`);
    const { child, stored } = program(t, here, job);
    const handle = await eventually('it was started', () => stored()[0]?.handle);
    await killed(child);
    await eventually('it has ended', () => !existsSync(`/proc/${Number.parseInt(handle, 10)}`));
    assert.equal(await here.target.find(job), handle);
    const { end, output } = await follow(here.target, { ...job, handle });
    assert.deepEqual({ end, output }, { end: { exitCode: 9, how: 'exited', reason: null }, output: numbers(100) });
  });

  it('a job is stopped by the next program', async (t) => {
    const here = bench(t);
    const job = here.script('trap "" TERM; while :; do sleep 0.05; done');
    const { child, stored } = program(t, here, job);
    const handle = await eventually('it was started', () => stored()[0]?.handle);
    await killed(child);
    const started = { ...job, handle };
    const ending = follow(here.target, started);
    assert.equal(await here.target.stop(started, 'term'), 'asked');
    await here.target.stop(started, 'kill');
    assert.equal((await ending).end.exitCode, 137);
  });
});

describe('a job that is looked for', () => {
  it('was never started when it has no folder, or only one that is not complete', async (t) => {
    const here = bench(t);
    const job = here.script('echo');
    assert.equal(await here.target.find(job), 'never');
    mkdirSync(join(here.folder, `${job.id}.1.part`), { recursive: true });
    assert.equal(await here.target.find(job), 'never');
    const { end } = await follow(here.target, await here.start(job));
    assert.equal(end.exitCode, 0);
  });

  it('has a whole folder or none, whenever the program is killed', { timeout: 60_000 }, async (t) => {
    const folder = join(tempDir(t), 'run');
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', join(import.meta.dirname, 'process-folders.ts'), folder],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const seen = new Set<string | null>();
    try {
      await new Promise((resolve) => child.stdout.once('data', resolve));
      for (let stop = 0; stop < 200; stop += 1) {
        await new Promise((resolve) => setTimeout(resolve, 1 + (stop % 5)));
        child.kill('SIGSTOP');
        await eventually('it stands still', () => /\) T /.test(readFileSync(`/proc/${child.pid}/stat`, 'latin1')));
        seen.add(bootOf(folder));
        child.kill('SIGCONT');
      }
    } finally {
      // Before its folder is removed.
      await killed(child);
    }
    assert.deepEqual(seen, new Set(['the boot', null]));
  });

  it('never runs when its wrapper does not begin within a second, and can be started again', async (t) => {
    const here = bench(t);
    const job = here.script('echo ran');
    const folder = await folderWithoutPid(here, job);
    assert.equal(await here.target.find(job), 'never');
    assert.ok(existsSync(join(folder, 'pid')), 'a late wrapper finds this and runs nothing');
    assert.equal(await here.target.find(job), 'never');
    const { end, output } = await follow(here.target, await here.start(job));
    assert.deepEqual({ code: end.exitCode, output }, { code: 0, output: 'ran\n' });
  });

  it('is waited for while its wrapper begins', async (t) => {
    const here = bench(t);
    const job = here.script('echo');
    const folder = await folderWithoutPid(here, job);
    const found = here.target.find(job);
    setTimeout(() => writeFileSync(join(folder, 'pid'), readFileSync('/proc/self/stat')), 200);
    assert.match(String(await found), new RegExp(`^${process.pid}:\\d+:`));
  });

  it('is lost when the machine was restarted, and its folder is removed like any other', async (t) => {
    const here = bench(t);
    const job = here.script('echo');
    writeFileSync(join(await folderWithoutPid(here, job), 'boot'), 'another');
    const handle = await here.target.find(job);
    assert.equal(handle, '0:0:another');
    const started = { ...job, handle: String(handle) };
    const { end } = await follow(here.target, started);
    assert.deepEqual(end, { exitCode: null, how: 'lost', reason: restarted });
    await here.target.stop(started, 'kill');
    await here.target.remove(started);
    assert.deepEqual(readdirSync(here.folder), []);
  });

  it('is not started twice: a second start finds the first', async (t) => {
    const here = bench(t);
    const job = here.script('sleep 0.2; echo once');
    const first = await here.start(job);
    const second = await here.again().start(job, {});
    assert.equal(second, first.handle);
    assert.equal((await follow(here.target, first)).output, 'once\n');
  });
});

describe('a pid that another process has', () => {
  it('is not taken for the job: it is lost, and the other process gets no signal', async (t) => {
    const here = bench(t);
    const job = await here.start(here.script('echo; sleep 100'));
    const other = spawn('sleep', ['100'], { detached: true, stdio: 'ignore' });
    t.after(() => other.kill('SIGKILL'));
    const [, startTime, boot] = job.handle.split(':');
    const stranger = { ...job, handle: `${other.pid}:${Number(startTime) - 1}:${boot}` };
    assert.equal(await here.again().stop(stranger, 'term'), 'ended');
    assert.equal(await here.again().stop(stranger, 'kill'), 'ended');
    const { end } = await follow(here.again(), stranger);
    assert.equal(end.how, 'lost');
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(other.signalCode ?? other.exitCode, null, 'the other process runs');
  });

  it('is not taken for the job of an earlier boot of the machine', async (t) => {
    const here = bench(t);
    const job = await here.start(here.script('sleep 100'));
    const earlier = { ...job, handle: job.handle.replace(/:\w*$/, ':another') };
    const { end } = await follow(here.again(), earlier);
    assert.deepEqual(end, { exitCode: null, how: 'lost', reason: restarted });
  });

  it('is refused as a handle when it has another form', async (t) => {
    const here = bench(t);
    const job = { ...jobOf('x'), handle: '1; rm' };
    await assert.rejects(follow(here.target, job), /"1; rm" is not the handle of a process/);
    await assert.rejects(here.target.stop(job, 'kill'), /not the handle/);
  });
});

describe('following a job', () => {
  it('ends when the signal is aborted, and the job runs on', async (t) => {
    const here = bench(t);
    const job = await here.start(here.script('echo 1; sleep 0.3; echo 2'));
    const stop = new AbortController();
    const output = sink(() => setImmediate(() => stop.abort(new Error('the program stops'))));
    await assert.rejects(follow(here.target, job, output, stop.signal), /the program stops/);
    await assert.rejects(follow(here.target, job, sink(), stop.signal), /the program stops/);
    const rest = await follow(here.target, { ...job, cursor: output.cursor() });
    assert.deepEqual([output.text(), rest.output, rest.end.exitCode], ['1\n', '2\n', 0]);
  });

  it('rejects when the output cannot be stored, and goes on from the stored cursor', async (t) => {
    const here = bench(t);
    const job = await here.start(here.script('echo 1'));
    const broken = sink(() => Promise.reject(new Error('the store is away')));
    await assert.rejects(follow(here.target, job, broken), /the store is away/);
    assert.equal((await follow(here.target, job)).output, '1\n');
  });

  it('tells the end of a job whose folder was removed by hand', async (t) => {
    const here = bench(t);
    const job = await here.start(here.script('sleep 0.2'));
    await here.target.remove(job);
    const { end } = await follow(here.target, job);
    assert.equal(end.how, 'lost');
  });
});

/** As when the program was killed between making the folder and starting the wrapper. */
async function folderWithoutPid(here: Bench, job: Job): Promise<string> {
  const path = join(here.folder, `${job.id}.1`);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'boot'), readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8));
  return path;
}
