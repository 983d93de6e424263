import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NotStarted, StartUnknown } from '../../../src/modules/jobs/target.ts';
import { eventually } from '../../support/program.ts';
import { bench, containerJob, place } from './container-support.ts';

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => `line ${from + n}\n`).join('');

describe('a job as a container', () => {
  it('is created, attached, started, followed to its end and removed', async (t) => {
    const { target, start, follow, fake, containerOf } = await bench(t);
    const job = await start(containerJob());
    assert.equal(job.handle, job.id);
    const name = `ultronex-job-${job.id}`;
    assert.equal(target.nameOf(job.handle), name);
    const following = follow(job);
    await eventually('it to run', following.isStarted);
    fake.print(containerOf(job), 1, 'Hello Daniela!\n');
    fake.print(containerOf(job), 2, '2026-01-02T03:04:05.6Z a time of its own, no end');
    fake.exit(containerOf(job), 0);
    assert.deepEqual(await following.end, { exitCode: 0, how: 'exited', reason: null });
    assert.equal(following.sink.text(), 'Hello Daniela!\n2026-01-02T03:04:05.6Z a time of its own, no end\n');
    await target.remove(job);
    await target.remove(job);
    assert.deepEqual(fake.runs, [`create ${name}`, `attach ${name}`, `start ${name}`, `remove ${name}`]);
    assert.deepEqual((fake.bodies.get(name) as { Env: string[] }).Env, ['HOME=/tmp', 'NAME=Daniela']);
  });

  it('ends before it is followed, and nothing is lost', async (t) => {
    const { start, follow, fake } = await bench(t);
    fake.onStart = (container) => {
      fake.print(container, 1, 'quick\n');
      fake.exit(container, 5);
    };
    const { end, sink } = follow(await start(containerJob()));
    assert.deepEqual(await end, { exitCode: 5, how: 'exited', reason: null });
    assert.equal(sink.text(), 'quick\n');
  });

  it('tells a lack of memory from a kill, and a killed process of it from its own end', async (t) => {
    const { start, follow, fake, containerOf } = await bench(t);
    const endOf = async (code: number, oom: boolean) => {
      const job = await start(containerJob());
      const { end } = follow(job);
      fake.exit(containerOf(job), code, oom);
      return end;
    };
    const memory = 'It needed more than 256 MiB of memory.';
    assert.deepEqual(await endOf(137, true), { exitCode: 137, how: 'failed', reason: memory });
    assert.deepEqual(await endOf(1, true), { exitCode: 1, how: 'failed', reason: memory });
    assert.deepEqual(await endOf(0, true), {
      exitCode: 0,
      how: 'exited',
      reason: `A process of it was killed: ${memory}`,
    });
    assert.deepEqual(await endOf(137, false), {
      exitCode: 137,
      how: 'exited',
      reason: 'SIGKILL ended it, and not for lack of memory.',
    });
  });

  it('is stopped with TERM, then with KILL', async (t) => {
    const { target, start, follow, fake, containerOf } = await bench(t);
    const job = await start(containerJob());
    const { end } = follow(job);
    fake.onKill = (container, signal) => signal === 'SIGKILL' && fake.exit(container, 137);
    assert.equal(await target.stop(job, 'term'), 'asked');
    assert.equal(containerOf(job).state, 'running');
    assert.equal(await target.stop(job, 'kill'), 'asked');
    assert.equal((await end).exitCode, 137);
    assert.equal(await target.stop(job, 'kill'), 'ended');
    await target.remove(job);
    assert.equal(await target.stop(job, 'kill'), 'asked');
  });

  it('is one of many, without a warning of Node about listeners', async (t) => {
    const { start, follow, fake, containerOf } = await bench(t);
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    t.after(() => process.off('warning', note));
    const jobs = await Promise.all(Array.from({ length: 20 }, () => start(containerJob())));
    const ends = jobs.map((job) => follow(job).end);
    for (const job of jobs) fake.exit(containerOf(job), 0);
    await Promise.all(ends);
    assert.deepEqual(warnings, []);
  });

  it('has a container of its own for each attempt, and all are removed', async (t) => {
    const { target, start, follow, fake, containerOf } = await bench(t);
    const job = containerJob();
    const first = await start(job);
    fake.exit(containerOf(first), 1);
    await follow(first).end;
    const second = await start({ ...job, attempt: 2 });
    assert.equal(second.handle, `${job.id}-2`);
    assert.equal(fake.containers.length, 2);
    await assert.rejects(target.remove(second), /runs: stop it first/);
    fake.exit(containerOf({ ...second, id: second.handle }), 0);
    await target.remove(second);
    assert.equal(fake.containers.length, 0);
  });
});

describe('a container that is not started', () => {
  const refusals: [what: string, image: string, cpus: number, said: RegExp][] = [
    [
      'an image that this machine does not have',
      'gone:1',
      1,
      /gone:1 is not on this machine\. Get it there with: docker pull gone:1/,
    ],
    ['an image that is not allowed', 'other:1', 1, /"other:1" is not allowed: add it to JOB_IMAGES/],
    ['a value that docker-jobs refuses', 'debian:13', 1_000, /^cpus is no number/],
  ];
  for (const [what, image, cpus, said] of refusals) {
    it(`says so for ${what}, and is not tried again`, async (t) => {
      const { target, fake } = await bench(t);
      const job = containerJob({ place: { ...place, image, cpus } });
      await assert.rejects(target.start(job, {}), (error: NotStarted) => {
        assert.ok(error instanceof NotStarted && !error.retryable, String(error));
        assert.match(error.message, said);
        return true;
      });
      assert.deepEqual(fake.runs, []);
      assert.equal(await target.find(job), 'never');
    });
  }

  it('says why Docker cannot start it, and is removed', async (t) => {
    const { target, fake } = await bench(t);
    fake.startError = 'OCI runtime create failed: exec: "x": executable file not found in $PATH';
    await assert.rejects(target.start(containerJob(), {}), (error: NotStarted) => {
      assert.ok(error instanceof NotStarted && !error.retryable);
      assert.match(error.message, /executable file not found/);
      return true;
    });
    assert.equal(fake.containers.length, 0);
  });

  it('may be tried again when docker-jobs or Docker is away', async (t) => {
    const { target, fake, down, up } = await bench(t);
    await down();
    const isAway = (said: RegExp) => (error: Error) => {
      assert.ok(error instanceof NotStarted && error.retryable, String(error));
      assert.match(error.message, said);
      return true;
    };
    const job = containerJob();
    await assert.rejects(target.start(job, {}), isAway(/docker-jobs does not answer at .*jobs\.sock/));
    await assert.rejects(target.find(job), /docker-jobs does not answer/);
    await up();
    await fake.close();
    await assert.rejects(target.start(job, {}), isAway(/Docker does not answer/));
  });

  it('may be tried again when the answer of its creation is lost: the container is there', async (t) => {
    const { target, fake } = await bench(t);
    fake.losesAnswerOf = 'create';
    const job = containerJob();
    await assert.rejects(target.start(job, {}), (error: NotStarted) => error instanceof NotStarted && error.retryable);
    assert.equal(await target.start(job, {}), job.id);
    assert.deepEqual(
      fake.runs.map((each) => each.split(' ')[0]),
      ['create', 'attach', 'start'],
    );
  });
});

describe('a container whose start is unknown', () => {
  it('is found when it runs, and followed from its log', async (t) => {
    const { target, fake, follow, containerOf } = await bench(t);
    fake.losesAnswerOf = 'start';
    fake.onStart = (container) => fake.print(container, 1, 'one\n');
    const job = containerJob();
    await assert.rejects(target.start(job, {}), StartUnknown);
    const handle = await target.find(job);
    assert.equal(handle, job.id);
    const { end, sink } = follow({ ...job, handle: job.id });
    fake.print(containerOf(job), 1, 'two\n');
    fake.exit(containerOf(job), 0);
    await end;
    assert.equal(sink.text(), 'one\ntwo\n');
    assert.equal(fake.runs.filter((each) => each.startsWith('start')).length, 1);
  });

  it('was never started if it was only created, and is removed, so that a late start fails', async (t) => {
    const { target, ask, fake } = await bench(t);
    const job = containerJob();
    const { command, ...rest } = place;
    const { target: _, ...limits } = rest;
    await ask('POST', '/jobs', { id: job.id, ...limits, command, env: {}, timeoutS: 60 });
    assert.equal(await target.find(job), 'never');
    assert.equal(fake.containers.length, 0);
    assert.equal((await ask('POST', `/jobs/${job.id}/start`)).status, 404);
    assert.equal(await target.find(job), 'never');
  });

  it('is lost, and not run twice, when it was asked to start and somebody removed it', async (t) => {
    const { target, again, fake } = await bench(t);
    fake.losesAnswerOf = 'start';
    const job = containerJob();
    await assert.rejects(target.start(job, {}), StartUnknown);
    fake.containers = [];
    assert.equal(await again().find(job), null);
    await target.remove({ ...job, handle: job.id });
    assert.equal(await target.find(job), 'never');
  });
});

describe('a container is followed', () => {
  it('without losing or doubling a line when docker-jobs is restarted again and again', async (t) => {
    const { start, follow, fake, containerOf, down, up } = await bench(t);
    const job = await start(containerJob());
    const { end, sink } = follow(job);
    let last = 0;
    for (let round = 0; round < 6; round += 1) {
      fake.print(containerOf(job), 1, numbers(last + 1, last + 20));
      await eventually('half of it to be read', () => sink.text().includes(`line ${last + 10}\n`));
      await down();
      fake.print(containerOf(job), 1, numbers(last + 21, last + 40));
      await up();
      last += 40;
    }
    await eventually('all of it to be read', () => sink.text().endsWith(`line ${last}\n`));
    fake.exit(containerOf(job), 0);
    assert.equal((await end).exitCode, 0);
    assert.equal(sink.text(), numbers(1, last));
  });

  it('from its cursor after restarts of the program, the line that was under way included', async (t) => {
    const { start, follow, again, fake, containerOf } = await bench(t);
    const job = await start(containerJob());
    const first = follow(job);
    fake.print(containerOf(job), 1, numbers(1, 10));
    fake.print(containerOf(job), 2, 'half ');
    await eventually('it to be read', () => first.sink.text().endsWith('line 10\n'));
    first.abort();
    await assert.rejects(first.end);
    assert.equal(containerOf(job).state, 'running');
    fake.print(containerOf(job), 2, 'a line\n');
    fake.print(containerOf(job), 1, numbers(11, 20));
    const second = follow(job, again(), first.sink);
    await eventually('the rest to be read', () => second.sink.text().endsWith('line 20\n'));
    second.abort();
    await assert.rejects(second.end);
    fake.print(containerOf(job), 1, 'last\n');
    fake.exit(containerOf(job), 0);
    const third = follow(job, again(), first.sink);
    await third.end;
    assert.equal(third.sink.text(), `${numbers(1, 10)}half a line\n${numbers(11, 20)}last\n`);
  });

  it('while Docker is away, and to its end when Docker is back', async (t) => {
    const { start, follow, fake, containerOf } = await bench(t);
    const job = await start(containerJob());
    const { end, sink } = follow(job);
    fake.print(containerOf(job), 1, 'one\n');
    await eventually('one', () => sink.text() === 'one\n');
    fake.isSilent = true;
    fake.reset();
    fake.print(containerOf(job), 1, 'two\n');
    fake.exit(containerOf(job), 0);
    fake.isSilent = false;
    fake.reset();
    assert.equal((await end).exitCode, 0);
    assert.equal(sink.text(), 'one\ntwo\n');
  });

  it('to its end when it closes its output before', async (t) => {
    const { start, follow, fake, containerOf } = await bench(t);
    const job = await start(containerJob());
    const { end } = follow(job);
    fake.endAttached(containerOf(job));
    await eventually('its log to be followed', () => (fake.asked['GET /containers/ID/logs'] ?? 0) > 0);
    fake.exit(containerOf(job), 4);
    assert.equal((await end).exitCode, 4);
  });

  it('to its end when Docker forgets to end its output', async (t) => {
    const { start, follow, containerOf } = await bench(t);
    const job = await start(containerJob());
    const { end } = follow(job);
    Object.assign(containerOf(job), { state: 'exited', exitCode: 6 });
    assert.equal((await end).exitCode, 6);
  });

  it('until somebody removes it: then it is lost', async (t) => {
    const { start, follow, fake, containerOf } = await bench(t);
    const job = await start(containerJob());
    const { end } = follow(job);
    const container = containerOf(job);
    fake.containers = [];
    fake.exit(container, 0);
    const { how, exitCode, reason } = await end;
    assert.deepEqual([how, exitCode], ['lost', null]);
    assert.match(reason ?? '', /somebody removed it/);
  });

  it('no faster than its output is stored', async (t) => {
    const { start, target, fake, containerOf } = await bench(t);
    const job = await start(containerJob());
    let release = () => {};
    const stored = new Promise<void>((resolve) => {
      release = resolve;
    });
    let bytes = 0;
    const write = async (text: string) => {
      bytes += text.length;
      await stored;
    };
    const end = target.follow(job, { write }, () => {}, new AbortController().signal);
    for (let n = 0; n < 100; n += 1) fake.print(containerOf(job), 1, `${'x'.repeat(60_000)}\n`);
    await eventually('something to come', () => bytes > 0);
    for (let n = 0; n < 10; n += 1) await target.find(job);
    assert.ok(fake.unsent() > 3e6, `${fake.unsent()} bytes wait in Docker`);
    release();
    fake.exit(containerOf(job), 0);
    await end;
    assert.equal(bytes, 100 * 60_001);
  });

  it('until its output cannot be stored: that is the program’s matter', async (t) => {
    const { start, target, fake, containerOf } = await bench(t);
    const job = await start(containerJob());
    const write = () => Promise.reject(new Error('the disk is full'));
    const end = target.follow(job, { write }, () => {}, new AbortController().signal);
    fake.print(containerOf(job), 1, 'one\n');
    await assert.rejects(end, /the disk is full/);
  });
});
