import assert from 'node:assert/strict';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { NotStarted } from '../../../src/modules/jobs/target.ts';
import { eventually } from '../../support/program.ts';
import { bench, follow, jobOf, sink } from './process-support.ts';

const exited = (exitCode: number, reason: string | null = null) => ({ exitCode, how: 'exited', reason });

const isAlive = (pid: number): boolean => {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
};

describe('a job of the process target', () => {
  it('writes to stdout and stderr, and ends with its exit code', async (t) => {
    const { target, run } = bench(t);
    const { end, output, job } = await run('echo out; echo err >&2; exit 3');
    assert.deepEqual({ end, output }, { end: exited(3), output: 'out\nerr\n' });
    assert.match(job.handle, /^\d+:\d+:\w+$/);
    assert.equal(target.nameOf(job.handle), `pid ${Number.parseInt(job.handle, 10)}`);
  });

  it('has PATH, LANG, HOME, TZ and its arguments in its environment, and nothing else', async (t) => {
    process.env.ULTRONEX_TEST_SECRET = 'ours';
    t.after(() => delete process.env.ULTRONEX_TEST_SECRET);
    const { bin, target, start } = bench(t);
    copyFileSync('/usr/bin/env', join(bin, 'show'));
    const env = { NAME: 'Daniela', stat: 'kept', code: 'kept' };
    const { output } = await follow(target, await start(jobOf('show'), env));
    const names = output
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0]);
    // `_` is set by bash, where it is /bin/sh.
    const ours = names.filter((name) => name !== '_').sort();
    assert.deepEqual(ours, ['HOME', 'LANG', 'NAME', 'PATH', 'TZ', 'code', 'stat']);
    assert.match(output, /^stat=kept$/m);
    assert.match(output, /^LANG=C\.UTF-8$/m);
  });

  it('finds the Node of the program on its PATH, and runs in JOBS_BIN', async (t) => {
    const here = bench(t);
    const { output } = await here.run('node --version; pwd');
    assert.equal(output, `${process.version}\n${here.bin}\n`);
  });

  it('gets values with shell characters, line breaks and quotes as they are', async (t) => {
    const { bin, target, start } = bench(t);
    copyFileSync('/usr/bin/printenv', join(bin, 'show'));
    const value = `$(touch /tmp/x) \`id\` "a" 'b' \\n ; rm -rf * & | > < # ~ %s\n\tsecond line ä€😀`;
    const { output } = await follow(target, await start(jobOf('show'), { VALUE: value, OTHER: '' }));
    assert.ok(output.includes(`VALUE=${value}\n`), output);
    assert.match(output, /^OTHER=$/m);
  });

  it('may have a name with shell characters and a line break', async (t) => {
    const { bin, script, start, target } = bench(t);
    const name = `-a b;touch "x" $(touch y) 'q'\n*`;
    const { end, output } = await follow(target, await start(script('printf %s "$0"', name)));
    assert.deepEqual({ end, output }, { end: exited(0), output: join(bin, name) });
    assert.deepEqual(readdirSync(bin), [name]);
  });

  it('reads the end of the file as its input', async (t) => {
    const { end, output } = await bench(t).run('cat; echo done');
    assert.deepEqual({ end, output }, { end: exited(0), output: 'done\n' });
  });

  it('gives the meaning of exit codes that shells have chosen', async (t) => {
    const here = bench(t);
    const [missing, notRunnable, killed] = await Promise.all([
      here.run('no-such-command-here'),
      here.run('/etc/passwd'),
      here.run('kill -KILL $$'),
    ]);
    assert.deepEqual(missing.end, exited(127, 'Exit code 127: a command or an interpreter was not found.'));
    assert.match(missing.output, /no-such-command-here.*not found/);
    assert.deepEqual(notRunnable.end, exited(126, 'Exit code 126: a file could not be executed.'));
    assert.equal(killed.end.exitCode, 137);
    assert.match(killed.end.reason ?? '', /SIGKILL.*memory/);
    assert.equal(killed.output, '', 'the shell that waits for it writes nothing of its own');
  });

  it('keeps letters whole that are written in several pieces', async (t) => {
    const text =
      "printf 'a\\342'; sleep 0.3; printf '\\202'; sleep 0.3; printf '\\254b \\360\\237'; sleep 0.3; printf '\\230\\200'";
    const here = bench(t);
    const pieces: string[] = [];
    const output = sink((piece) => pieces.push(piece));
    const { end } = await follow(here.target, await here.start(here.script(text)), output);
    assert.equal(output.text(), 'a€b 😀');
    assert.ok(pieces.length > 1, 'it came in pieces');
    assert.equal(end.exitCode, 0);
  });

  it('shows bytes that are no UTF-8 as replacement characters, also the last one', async (t) => {
    const { output } = await bench(t).run("printf 'x\\377y\\342'");
    assert.equal(output, 'x\ufffdy\ufffd');
  });

  it('may write 10 MB at once to a slow store', { timeout: 30_000 }, async (t) => {
    const here = bench(t);
    const job = await here.start(here.script('head -c 10000000 /dev/zero | tr "\\0" x; echo; echo end'));
    let bytes = 0;
    let largest = 0;
    const output = sink(async (text) => {
      bytes += Buffer.byteLength(text);
      largest = Math.max(largest, text.length);
      await new Promise((resolve) => setImmediate(resolve));
    });
    const { end } = await follow(here.target, job, output);
    assert.equal(end.exitCode, 0);
    assert.ok(output.text().endsWith('\nend\n'));
    assert.equal(bytes, statSync(join(here.folder, `${job.id}.1`, 'output')).size);
    assert.ok(bytes > 10_000_000 && largest <= 65_536);
  });

  it('is ended when it writes more than 64 MiB', { timeout: 60_000 }, async (t) => {
    const here = bench(t);
    const job = await here.start(here.script('exec yes "a log without an end"'));
    let bytes = 0;
    const end = await here.target.follow(
      job,
      sink((text) => {
        bytes += text.length;
      }),
      () => {},
      new AbortController().signal,
    );
    assert.deepEqual(end, {
      exitCode: 137,
      how: 'failed',
      reason: 'It wrote more than 64 MiB of output, so it was ended.',
    });
    assert.equal(bytes, 64 * 1024 * 1024);
  });

  it('leaves no folder when it is removed, also those of earlier attempts', async (t) => {
    const here = bench(t);
    const first = await here.start(here.script('exit 1'));
    await follow(here.target, first);
    const second = { ...first, attempt: 2 };
    await follow(here.target, { ...second, handle: await here.target.start(second, {}) });
    assert.equal(readdirSync(here.folder).length, 2);
    await here.target.remove(second);
    await here.target.remove(second);
    assert.deepEqual(readdirSync(here.folder), []);
  });
});

describe('a job of the process target is stopped', () => {
  it('with SIGTERM, so that it can clean up', async (t) => {
    const here = bench(t);
    const job = await here.start(
      here.script('trap "echo cleaned; exit 7" TERM; echo ready; while :; do sleep 0.05; done'),
    );
    const output = sink(async (text) => {
      if (text.includes('ready')) await here.target.stop(job, 'term');
    });
    const { end } = await follow(here.target, job, output);
    assert.deepEqual(end, exited(7));
    assert.match(output.text(), /^ready\n(Terminated\n)?cleaned\n$/);
  });

  it('with all processes that it started', async (t) => {
    const here = bench(t);
    const job = await here.start(here.script('sleep 100 & sleep 100 & echo $!; wait'));
    let pid = 0;
    const output = sink(async (text) => {
      pid = Number(text);
      await here.target.stop(job, 'term');
    });
    const { end } = await follow(here.target, job, output);
    assert.deepEqual(end, exited(143, 'Exit code 143: the signal SIGTERM ended it.'));
    await eventually('the grandchild is gone', () => pid > 0 && !isAlive(pid));
  });

  it('with SIGKILL when it ignores SIGTERM', async (t) => {
    const here = bench(t);
    const job = await here.start(here.script('trap "" TERM; echo $$; while :; do sleep 0.05; done'));
    let pid = 0;
    const output = sink(async (text) => {
      pid = Number(text);
      await here.target.stop(job, 'term');
      await here.target.stop(job, 'term');
      assert.ok(isAlive(pid), 'it ignores SIGTERM');
      await here.target.stop(job, 'kill');
      await here.target.stop(job, 'kill');
    });
    const { end } = await follow(here.target, job, output);
    assert.equal(end.how, 'exited');
    assert.equal(end.exitCode, 137);
    await eventually('it is gone', () => !isAlive(pid));
    await here.target.stop(job, 'kill');
  });

  it('and keeps its own exit code when it ended before the signal came', async (t) => {
    const here = bench(t);
    const job = await here.start(here.script('exit 5'));
    await follow(here.target, job);
    await here.target.stop(job, 'kill');
    assert.deepEqual((await follow(here.target, job)).end, exited(5));
  });
});

describe('a grandchild', () => {
  it('that holds the output open does not delay the end, and is ended', async (t) => {
    const here = bench(t);
    const { end, output } = await here.run('(trap "" TERM HUP; sleep 100) & echo $!');
    assert.deepEqual(end, exited(0));
    await eventually('the grandchild is gone', () => !isAlive(Number(output)));
  });

  it('is ended when the wrapper was killed from outside, and the job is lost', async (t) => {
    const here = bench(t);
    const job = await here.start(here.script('echo $$; exec sleep 100'));
    let pid = 0;
    const output = sink((text) => {
      pid = Number(text);
      process.kill(Number.parseInt(job.handle, 10), 'SIGKILL');
    });
    const { end } = await follow(here.target, job, output);
    assert.equal(end.how, 'lost');
    assert.match(end.reason ?? '', /without an exit code/);
    await eventually('the job itself is gone', () => !isAlive(pid));
  });

  it('that writes on in a session of its own does not keep the job from its end', async (t) => {
    const here = bench(t);
    const { end, output } = await here.run('setsid sh -c "while :; do echo x; sleep 0.01; done" & echo $!; sleep 0.2');
    t.after(() => process.kill(Number.parseInt(output.split('\n').find((line) => /^\d/.test(line)) ?? '', 10)));
    assert.deepEqual(end, exited(0));
  });
});

describe('a start is refused with the remedy', () => {
  const refused = async (promise: Promise<unknown>, message: RegExp) => {
    await assert.rejects(promise, (error) => {
      assert.ok(error instanceof NotStarted, String(error));
      assert.match(error.message, message);
      assert.equal(error.retryable, false);
      return true;
    });
  };

  it('for a file that is missing, a folder, a link out of JOBS_BIN, and a name with a folder', async (t) => {
    const { bin, target, folder } = bench(t);
    mkdirSync(join(bin, 'sub'));
    symlinkSync('/bin/sh', join(bin, 'out'));
    symlinkSync('gone', join(bin, 'dangling'));
    symlinkSync('loop', join(bin, 'loop'));
    await refused(target.start(jobOf('none.sh'), {}), /"none\.sh" of JOBS_BIN does not exist\. Put it into/);
    await refused(target.start(jobOf('dangling'), {}), /does not exist/);
    await refused(target.start(jobOf('loop'), {}), /does not exist \(ELOOP\)/);
    await refused(target.start(jobOf('sub'), {}), /"sub" of JOBS_BIN is not a file/);
    await refused(target.start(jobOf('out'), {}), /is a link that leads out of the folder/);
    for (const name of ['', '.', '..', '../bin/x', '/bin/sh', 'sub/x', 'a\0b']) {
      await refused(target.start(jobOf(name), {}), /is not the name of a file/);
    }
    assert.equal(existsSync(folder), false, 'nothing was made');
  });

  it('for a file that is not executable, or that the kernel cannot run', async (t) => {
    const { bin, script, target } = bench(t);
    writeFileSync(join(bin, 'plain'), '#!/bin/sh\n', { mode: 0o644 });
    writeFileSync(join(bin, 'bare'), 'echo hello\n', { mode: 0o755 });
    writeFileSync(join(bin, 'empty'), '', { mode: 0o755 });
    writeFileSync(join(bin, 'other'), Buffer.from([0xcf, 0xfa, 0xed, 0xfe, 0, 0]), { mode: 0o755 });
    await refused(target.start(jobOf('plain'), {}), /not executable .*chmod \+x/);
    await refused(target.start(jobOf('bare'), {}), /script without an interpreter.*#!\/bin\/sh/);
    await refused(target.start(jobOf('empty'), {}), /script without an interpreter/);
    await refused(target.start(jobOf('other'), {}), /not a program for Linux/);
    await refused(target.start(script('#!/no/such/python\n'), {}), /needs "\/no\/such\/python", which cannot be run/);
    await refused(target.start(script('#!/bin/sh\r\necho\r\n'), {}), /CR LF/);
  });

  it('for variables that shells or loaders interpret, without their values', async (t) => {
    const { script, target } = bench(t);
    const job = script('env');
    for (const name of ['LD_PRELOAD', 'PATH', 'IFS', 'PWD', 'PPID', 'NODE_OPTIONS', 'BASH_ENV', 'BASH_FUNC_x', '_']) {
      await refused(target.start(job, { [name]: 'secret' }), new RegExp(`^"${name}": the variable changes`));
    }
    await refused(target.start(job, { 'A B': '' }), /^"A B": a variable has letters/);
    await refused(target.start(job, { A: 'secret\0' }), /^The value of A has the character NUL; leave it out\.$/);
  });

  it('for values that are longer than Linux allows, and nothing is left', async (t) => {
    const { script, target, folder } = bench(t);
    await refused(target.start(script('env'), { A: 'x'.repeat(200_000) }), /E2BIG/);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('for JOBS_BIN that is gone', async (t) => {
    const { target, bin, script } = bench(t);
    const job = script('env');
    rmSync(bin, { recursive: true });
    await refused(target.start(job, {}), /The folder of JOBS_BIN, .* cannot be read/);
  });
});
