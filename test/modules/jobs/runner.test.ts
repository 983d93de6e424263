import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import pino from 'pino';
import type { Job } from '../../../src/domain/job.ts';
import { createLease } from '../../../src/domain/lease.ts';
import { createRunner, type RunnerParts } from '../../../src/modules/jobs/runner.ts';
import { type End, NotStarted } from '../../../src/modules/jobs/target.ts';
import type { Store } from '../../../src/ports/store.ts';
import { createSqliteStore } from '../../../src/stores/sqlite/store.ts';
import { type ManualClock, manualClock, settled } from '../../support/clock.ts';
import { job } from '../../support/jobs.ts';
import { tempDir } from '../../support/temp.ts';
import { createFakeTarget, exited, type FakeTarget } from './fake-target.ts';

interface Given {
  clock: ManualClock;
  target: FakeTarget;
  /** Starts another program on the same store. */
  program(more?: Partial<RunnerParts>): Promise<Program>;
}

interface Program {
  store: Store;
  told: Job[];
  add(more?: Partial<Job>): Promise<string>;
  read(id: string): Promise<Job>;
  stop(): Promise<void>;
  /** As after kill -9: nothing that this program does counts any more. */
  kill(): Promise<void>;
}

function setUp(t: TestContext): Given {
  const clock = manualClock();
  const file = join(tempDir(t), 'u.db');
  const target = createFakeTarget();
  async function program(more: Partial<RunnerParts> = {}): Promise<Program> {
    const store = await createSqliteStore({ file, owner: randomUUID(), clock, coalesceMs: 0, onError: assert.ifError });
    const told: Job[] = [];
    let killed = false;
    const runner = createRunner({
      ...{ store, targets: new Map([['process', target]]), clock, log: pino({ level: 'silent' }), atOnce: 10 },
      ...{ concurrencyOf: () => 2, envOf: ({ arguments: given }) => ({ ...given, API_KEY: 'hunter2hunter2' }) },
      hiderOf: () => (line) => line.replaceAll('hunter2hunter2', '***'),
      isElsewhere: () => false,
      lead: createLease(store, 'jobs', clock).hold,
      tell: async (ended) => void told.push(ended),
      ...more,
    });
    runner.start();
    async function stop(): Promise<void> {
      if (killed) return;
      killed = true;
      const stopped = runner.stop();
      await clock.advance(0);
      await stopped;
      await store.close();
    }
    t.after(stop);
    return {
      ...{ store, told, stop, kill: stop },
      async add(given = {}) {
        const made = job({ id: randomUUID(), told: false, createdAt: clock.now(), ...given });
        await store.accept({ jobs: [made] });
        await clock.advance(0);
        return made.id;
      },
      async read(id) {
        await clock.advance(0);
        return (await store.job('T1', id)) as Job;
      },
    };
  }
  return { clock, target, program };
}

const text = async ({ store }: Program, id: string) =>
  (await store.output(id, 0, 1_000)).lines.map((line) => line.text).join('\n');

function end(target: FakeTarget, id: string, exitCode = 0, output = ''): void {
  const run = target.runs.get(id);
  assert.ok(run, 'it was started');
  run.output += output;
  run.end = exited(exitCode);
}

describe('a job that is asked for', () => {
  it('is started with its variables, followed to its end, told and removed', async (t) => {
    const { clock, target, program } = setUp(t);
    const one = await program();
    const id = await one.add();
    const running = await one.read(id);
    assert.equal(running.state, 'running');
    assert.equal(running.handle, 'run.1');
    assert.equal(running.startedAt, clock.now());
    assert.deepEqual(target.runs.get(id)?.env, { NAME: 'Ada', API_KEY: 'hunter2hunter2' });
    await clock.advance(5_000);
    end(target, id, 0, 'Hello Ada!\nkey hunter2hunter2\n::result {"greeted": 1}');
    const after = await one.read(id);
    assert.deepEqual([after.state, after.exitCode, after.reason], ['succeeded', 0, null]);
    assert.equal(after.endedAt, clock.now());
    assert.equal(after.result, '{"greeted": 1}');
    assert.equal(await text(one, id), 'Hello Ada!\nkey ***\n::result {"greeted": 1}');
    assert.deepEqual(
      one.told.map((each) => each.id),
      [id],
    );
    assert.deepEqual(target.removed, ['run.1']);
    assert.deepEqual(await one.store.unfinishedJobs(null, 10), []);
  });

  it('fails with its exit code, and has the result of the last such line among its last ten', async (t) => {
    const { target, program } = setUp(t);
    const one = await program();
    const after = (count: number) => 'oops\n'.repeat(count);
    for (const [output, result] of [
      [`::result {"a": 1}\n::result {"a": 2}\n${after(9)}`, '{"a": 2}'],
      [`::result {"a": 1}\n${after(10)}`, null],
      ['::result {"a": 1}\n::result oops\n', null],
    ] as const) {
      const id = await one.add();
      end(target, id, 3, output);
      const job = await one.read(id);
      assert.deepEqual([job.state, job.exitCode, job.result], ['failed', 3, result]);
    }
  });

  it('fails with the reason when its start is refused, and was never run', async (t) => {
    const { target, program } = setUp(t);
    const one = await program();
    target.next = 'refused';
    const after = await one.read(await one.add());
    assert.deepEqual([after.state, after.reason], ['failed', 'The key may not start dynos (403).']);
    assert.deepEqual(target.starts, []);
  });

  it('fails with the reason when a secret cannot be read', async (t) => {
    const { target, program } = setUp(t);
    const envOf = () => {
      throw new Error('The file of API_KEY is missing: /run/secrets/shop_key.');
    };
    const one = await program({ envOf });
    const after = await one.read(await one.add());
    assert.deepEqual([after.state, after.reason], ['failed', 'The file of API_KEY is missing: /run/secrets/shop_key.']);
    assert.deepEqual(target.starts, []);
  });

  it('waits for a target that is away, says why, and is started once it is back', async (t) => {
    const { clock, target, program } = setUp(t);
    const one = await program();
    target.next = 'later';
    const id = await one.add();
    const waiting = await one.read(id);
    assert.deepEqual([waiting.state, waiting.reason], ['starting', 'Docker does not answer.']);
    await clock.advance(1_000);
    const running = await one.read(id);
    assert.deepEqual([running.state, running.reason], ['running', null]);
  });

  it('waits until another run of its definition has ended, and does not hold up others', async (t) => {
    const { target, program } = setUp(t);
    const one = await program();
    const [a, b, c] = [await one.add(), await one.add(), await one.add()];
    const other = await one.add({ name: 'other' });
    assert.deepEqual(target.starts, [a, b, other]);
    assert.equal((await one.read(c)).state, 'queued');
    end(target, a);
    await one.read(a);
    assert.deepEqual(target.starts, [a, b, other, c]);
  });

  it('waits while as many jobs run as may run at once', async (t) => {
    const { target, program } = setUp(t);
    const one = await program({ atOnce: 2 });
    const ids = [await one.add({ name: null }), await one.add({ name: null }), await one.add({ name: null })];
    assert.deepEqual(target.starts, ids.slice(0, 2));
    end(target, ids[0] ?? '');
    await one.read(ids[0] ?? '');
    assert.deepEqual(target.starts, ids);
  });

  it('runs again after a failure as often as its definition allows, with the old run removed first', async (t) => {
    const { target, program } = setUp(t);
    const one = await program();
    const id = await one.add({ mostAttempts: 2 });
    end(target, id, 1, 'first\n');
    const again = await one.read(id);
    assert.deepEqual([again.state, again.attempt, again.exitCode], ['running', 2, null]);
    assert.deepEqual(target.removed, ['run.1']);
    assert.deepEqual(target.starts, [id, id]);
    end(target, id, 2, 'second\n');
    const after = await one.read(id);
    assert.deepEqual([after.state, after.attempt, after.exitCode], ['failed', 2, 2]);
    assert.equal(await text(one, id), 'first\n--- attempt 2 of 2 ---\nsecond');
    assert.deepEqual(
      one.told.map((each) => each.exitCode),
      [2],
      'people are told once, at the end',
    );
  });
});

describe('a job that somebody stops', () => {
  const ask = async ({ store, read }: Program, id: string, at: number) =>
    store.accept({ jobs: [{ ...(await read(id)), stopAsked: { by: { kind: 'user', name: 'ada' }, at } }] });

  it('is asked to end, is killed ten seconds later, and is cancelled', async (t) => {
    const { clock, target, program } = setUp(t);
    const one = await program();
    target.ignoresTerm = true;
    const id = await one.add();
    await ask(one, id, clock.now());
    await clock.advance(0);
    assert.deepEqual(target.runs.get(id)?.stops, ['term']);
    await clock.advance(10_000);
    const after = await one.read(id);
    assert.deepEqual([after.state, after.exitCode, after.reason], ['cancelled', 137, 'It was stopped.']);
  });

  it('is never started when it still waits', async (t) => {
    const { clock, target, program } = setUp(t);
    const one = await program({ atOnce: 1 });
    const [first, second] = [await one.add(), await one.add()];
    await ask(one, second, clock.now());
    assert.equal((await one.read(second)).state, 'cancelled');
    assert.deepEqual(target.starts, [first]);
  });

  it('is no longer waited for when its target is away', async (t) => {
    const { clock, target, program } = setUp(t);
    const one = await program();
    target.start = async () => {
      throw new NotStarted('Docker does not answer.', true);
    };
    const id = await one.add();
    await ask(one, id, clock.now());
    await clock.advance(1_000);
    assert.equal((await one.read(id)).state, 'cancelled');
  });

  it('is cancelled if it ended by the signal of a program that was killed then, whatever its exit code is', async (t) => {
    const { clock, target, program } = setUp(t);
    const one = await program();
    const id = await one.add();
    await ask(one, id, clock.now());
    await one.kill();
    target.stopSays = 'ended';
    const run = target.runs.get(id);
    assert.ok(run);
    run.end = exited(0);
    const two = await program();
    await clock.advance(0);
    assert.equal((await two.read(id)).state, 'cancelled');
  });

  it('is stopped when its time is over', async (t) => {
    const { clock, target, program } = setUp(t);
    const one = await program();
    const id = await one.add({ timeoutMs: 60_000 });
    await clock.advance(59_000);
    assert.equal((await one.read(id)).state, 'running');
    await clock.advance(1_000);
    const after = await one.read(id);
    assert.deepEqual([after.state, after.reason], ['timed_out', 'It ran longer than 1m.']);
    assert.deepEqual(target.starts, [id]);
  });

  it('keeps its own end if it ended in time, and its output is stored later than that', async (t) => {
    const { clock, target, program } = setUp(t);
    const one = await program();
    target.stopSays = 'ended';
    const tooMuch = 'It wrote more than 64 MiB of output, so it was ended.';
    const cases: [End, string, string | null][] = [
      [exited(0), 'succeeded', null],
      [exited(7), 'failed', null],
      [{ exitCode: 137, how: 'failed', reason: tooMuch }, 'failed', tooMuch],
      // A program that was killed may have sent the signal.
      [exited(143), 'timed_out', 'It ran longer than 1m.'],
    ];
    for (const [runEnd, state, reason] of cases) {
      const id = await one.add({ timeoutMs: 60_000 });
      const run = target.runs.get(id);
      assert.ok(run);
      await clock.advance(60_000);
      run.end = runEnd;
      const after = await one.read(id);
      assert.deepEqual([after.state, after.exitCode, after.reason], [state, runEnd.exitCode, reason]);
    }
  });
});

describe('after a restart', () => {
  it('a run is found by its handle, and its output goes on where it ended, within a line too', async (t) => {
    const { clock, target, program } = setUp(t);
    const one = await program();
    const id = await one.add();
    const run = target.runs.get(id);
    assert.ok(run);
    run.output = 'line 1\nline ';
    await clock.advance(0);
    await one.kill();
    run.output += '2\nline 3\n';
    const two = await program();
    await clock.advance(0);
    assert.equal(await text(two, id), 'line 1\nline 2\nline 3');
    end(target, id);
    assert.equal((await two.read(id)).state, 'succeeded');
    assert.deepEqual(target.starts, [id], 'it was started once');
  });

  it('a run whose time was over meanwhile is stopped', async (t) => {
    const { clock, target, program } = setUp(t);
    const one = await program();
    const id = await one.add({ timeoutMs: 60_000 });
    await one.kill();
    clock.skip(3_600_000);
    const two = await program();
    assert.equal((await two.read(id)).state, 'timed_out');
    assert.deepEqual(target.starts, [id]);
  });

  it('a job that was being started is looked for: found, it is followed', async (t) => {
    const { target, program } = setUp(t);
    const one = await program();
    target.next = 'lost answer';
    const id = await one.add();
    const running = await one.read(id);
    assert.deepEqual([running.state, running.handle], ['running', 'run.1']);
    assert.deepEqual(target.starts, [id]);
  });

  it('a job that was being started and is not found is lost, told, and never run again', async (t) => {
    const { clock, target, program } = setUp(t);
    const one = await program();
    target.next = 'lost and not started';
    const id = await one.add({ mostAttempts: 3 });
    const after = await one.read(id);
    assert.equal(after.state, 'lost');
    assert.match(after.reason ?? '', /no run of it was found/);
    await clock.advance(60_000);
    assert.deepEqual(target.starts, []);
    assert.deepEqual(
      one.told.map((each) => each.state),
      ['lost'],
    );
  });

  it('a job that was surely not started is started', async (t) => {
    const { target, program } = setUp(t);
    const one = await program();
    target.next = 'lost and not started';
    target.findSays = 'never';
    const id = await one.add();
    assert.equal((await one.read(id)).state, 'running');
    assert.deepEqual(target.starts, [id]);
  });

  it('a job that another instance may have started is lost, since its absence here tells nothing', async (t) => {
    const { target, program } = setUp(t);
    const one = await program({ isElsewhere: () => true });
    target.next = 'lost and not started';
    target.findSays = 'never';
    const id = await one.add({ mostAttempts: 3 });
    assert.equal((await one.read(id)).state, 'lost');
    assert.deepEqual(target.starts, []);
  });

  it('a run that is gone is lost', async (t) => {
    const { target, program } = setUp(t);
    const one = await program();
    const id = await one.add({ mostAttempts: 2 });
    await one.kill();
    target.runs.delete(id);
    const two = await program();
    const after = await two.read(id);
    assert.deepEqual([after.state, after.reason], ['lost', 'It is gone.']);
    assert.deepEqual(target.starts, [id]);
  });

  it('an end that is on disk is told, and its run removed, when the program ended before that', async (t) => {
    const { clock, target, program } = setUp(t);
    let broken = true;
    const tell = async () => {
      if (broken) throw new Error('killed here');
    };
    const one = await program({ tell });
    const id = await one.add();
    end(target, id);
    assert.equal((await one.read(id)).told, false);
    await one.kill();
    broken = false;
    const two = await program();
    await clock.advance(0);
    assert.deepEqual(
      two.told.map((each) => each.id),
      [id],
    );
    assert.equal((await two.read(id)).told, true);
    assert.deepEqual(target.starts, [id]);
  });

  it('only one of two programs follows the jobs, and the other takes over', async (t) => {
    const { clock, target, program } = setUp(t);
    const one = await program();
    const two = await program();
    const id = await two.add();
    await clock.advance(2_000);
    assert.equal((await two.read(id)).state, 'running');
    assert.deepEqual(target.starts, [id]);
    await one.stop();
    await clock.advance(12_000);
    end(target, id, 0, 'done\n');
    assert.equal((await two.read(id)).state, 'succeeded');
    assert.equal(await text(two, id), 'done');
    await settled();
  });
});
