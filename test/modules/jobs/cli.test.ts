import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createApiClient } from '../../../src/cli/api-client.ts';
import { printJobs, printLog, stopJob } from '../../../src/modules/jobs/cli-jobs.ts';
import { runJob } from '../../../src/modules/jobs/cli-run.ts';
import type { CommandInput } from '../../../src/modules/module.ts';
import { createFakeJobs, definition } from './fake-jobs.ts';
import { startJobs } from './http-support.ts';

const api = await startJobs({ after });
const { jobs } = api;

/** Runs a command as the command line does. */
function begin(
  run: (given: CommandInput) => Promise<number>,
  words: string[],
  {
    values = {},
    origin = api.origin,
    who = 'ada',
  }: { values?: CommandInput['values']; origin?: string; who?: string } = {},
) {
  const [out, err]: [string[], string[]] = [[], []];
  let interrupt: (() => void) | null = null;
  const code = run({
    ...{ words, values, config: {}, stdin: async () => '' },
    api: () => createApiClient({ base: origin, authorization: api.login(who) }),
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    onInterrupt(listener) {
      interrupt = listener;
      return () => {
        interrupt = null;
      };
    },
  });
  return { code, out, err, interrupt: () => interrupt?.() };
}

async function until(is: () => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; !is(); ) {
    assert.ok(Date.now() < end, 'it did not happen within 30 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Starts a run, and resolves once its job is there. */
async function beginRun(words: string[], from = jobs) {
  const before = from.asked.length;
  const started = begin(runJob, words);
  await until(() => from.asked.length > before);
  const { items } = await from.list({}, null, 1);
  return { ...started, id: items[0]?.id ?? '' };
}

test('run prints the output as it comes, and exits with the exit code of the job', async () => {
  const { id, code, out, err } = await beginRun(['greet', 'NAME=Daniela', 'COUNT=--3', 'EMPTY=', 'SUM=1=1']);
  assert.deepEqual(jobs.asked.at(-1)?.request, {
    ...{ name: 'greet', arguments: { NAME: 'Daniela', COUNT: '--3', EMPTY: '', SUM: '1=1' } },
  });
  jobs.write(id, 'one', '', 'two');
  await until(() => out.length === 3);
  jobs.write(id, 'three');
  jobs.end(id, { state: 'failed', exitCode: 7 });
  assert.equal(await code, 7);
  assert.deepEqual(out, ['one', '', 'two', 'three']);
  assert.deepEqual(err, [`Job ${id}`]);
});

test('run exits with 0 for a job that succeeded, and else with 1 and the reason on stderr', async () => {
  const ends: [by: Parameters<typeof jobs.end>[1], code: number, said: string | null][] = [
    [{}, 0, null],
    [
      { state: 'timed_out', exitCode: 137, reason: 'It ran for more than 10m.' },
      1,
      'The job greet timed out: It ran for more than 10m.',
    ],
    [{ state: 'lost', exitCode: null, reason: 'Its dyno is gone.' }, 1, 'The job greet is lost: Its dyno is gone.'],
    [{ state: 'cancelled', exitCode: 143 }, 1, 'The job greet was cancelled.'],
    [{ state: 'failed', exitCode: null, reason: 'No such image.' }, 1, 'The job greet failed: No such image.'],
    [{ state: 'failed', exitCode: 0, reason: 'The disk was full.' }, 1, 'The job greet failed: The disk was full.'],
    [
      { state: 'failed', exitCode: 137, reason: 'It needed more memory.' },
      137,
      'The job greet failed: It needed more memory.',
    ],
  ];
  for (const [by, wanted, said] of ends) {
    const { id, code, err } = await beginRun(['greet']);
    jobs.end(id, by);
    assert.equal(await code, wanted, by?.state);
    assert.deepEqual(err.slice(1), said === null ? [] : [said]);
  }
});

test('run goes on after a restart of the program, without a line that is lost or doubled', async () => {
  const own = createFakeJobs();
  const first = await startJobs({ after: () => {} }, { jobs: own });
  const started = begin(runJob, ['greet'], { origin: first.origin });
  await until(() => own.asked.length > 0);
  const id = (await own.list({}, null, 1)).items[0]?.id ?? '';
  own.write(id, 'one', 'two');
  await until(() => started.out.length === 2);
  await first.server.close();
  own.write(id, 'three');
  await startJobs({ after }, { jobs: own, port: Number(new URL(first.origin).port) });
  own.write(id, 'four');
  own.end(id);
  assert.equal(await started.code, 0);
  assert.deepEqual(started.out, ['one', 'two', 'three', 'four']);
});

test('a start whose answer is lost is asked again with its key, and starts one job', async () => {
  const own = createFakeJobs();
  const first = await startJobs({ after: () => {} }, { jobs: own });
  // The job is on disk, and the program ends before it answers.
  const { submit } = own;
  first.jobs.submit = async (...given) => {
    await submit(...given);
    first.server.server.closeAllConnections();
    return new Promise(() => {});
  };
  const started = begin(runJob, ['greet'], { origin: first.origin, values: { detach: true } });
  await until(() => own.asked.length > 0);
  await first.server.close();
  own.submit = submit;
  await startJobs({ after }, { jobs: own, port: Number(new URL(first.origin).port) });
  assert.equal(await started.code, 0);
  const { items } = await own.list({}, null, 10);
  assert.deepEqual([items.length, started.out], [1, [items[0]?.id]]);
});

test('Ctrl-C stops the job, follows it to its end and exits with 130', async () => {
  const { id, code, out, err, interrupt } = await beginRun(['greet']);
  await until(() => err.length === 1);
  interrupt();
  let asked = false;
  await until(() => {
    void jobs.find(id).then(({ stopAsked }) => {
      asked = stopAsked !== null;
    });
    return asked;
  });
  jobs.write(id, 'cleaned up');
  jobs.end(id, { state: 'cancelled', exitCode: 143 });
  assert.equal(await code, 130);
  assert.deepEqual(out, ['cleaned up']);
  assert.match(err[1] ?? '', /^Stopping the job .*Ctrl-C again leaves without waiting/);
});

test('a wrong argument is exit code 2 and starts nothing; an unknown job is an error that names it', async () => {
  const before = jobs.asked.length;
  for (const [words, said] of [
    [['greet', 'Daniela'], /"Daniela" is not NAME=value. Write: ultronex run greet NAME=Daniela/],
    [['greet', '=x'], /is not NAME=value/],
    [['greet', 'A=1', 'A=2'], /"A=2" is given twice/],
  ] as const) {
    const { code, err } = begin(runJob, [...words]);
    assert.equal(await code, 2);
    assert.match(err[0] ?? '', said);
  }
  assert.equal(jobs.asked.length, before);
  await assert.rejects(begin(runJob, ['none']).code, /404: There is no job "none"/);
  jobs.state.full = true;
  await assert.rejects(begin(runJob, ['greet']).code, /429: 20 runs wait already/);
  jobs.state.full = false;
});

test('jobs lists the newest jobs, log prints the output, stop stops', async () => {
  jobs.state.definitions.push(definition('backup'));
  const { id, code } = await beginRun(['backup']);
  jobs.write(id, 'one', 'two');
  const list = begin(printJobs, [], { values: { job: 'backup' } });
  assert.equal(await list.code, 0);
  const [head, row] = (list.out[0] ?? '').split('\n');
  assert.match(head ?? '', /^ID +JOB +STATE +ACCEPTED +TOOK +BY$/);
  assert.match(row ?? '', new RegExp(`^${id}  backup  queued  \\S+Z +-  +ada$`));
  const log = begin(printLog, [id]);
  assert.deepEqual([await log.code, log.out], [0, ['one\ntwo']]);
  const stopped = begin(stopJob, [id]);
  assert.deepEqual([await stopped.code, stopped.out], [0, [`The job ${id} is being stopped.`]]);
  const follow = begin(printLog, [id], { values: { follow: true } });
  jobs.end(id, { state: 'failed', exitCode: 3 });
  assert.deepEqual([await follow.code, await code, follow.out], [3, 3, ['one', 'two']]);
  const json = begin(printJobs, [], { values: { job: 'backup', json: true } });
  await json.code;
  assert.equal(JSON.parse(json.out[0] ?? '').jobs[0].exitCode, 3);
  const none = begin(printJobs, [], { values: { job: 'nothing' } });
  assert.deepEqual([await none.code, none.out], [0, []]);
  await assert.rejects(begin(printJobs, [], { values: { state: 'gone' } }).code, /state must be one of/);
});
