import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobFor, openTarget, until } from './heroku-support.ts';

const app = 'example';

test('a job runs on a one-off dyno, and its output and exit status come from the log', async (t) => {
  const { heroku, runs, run, pass, sent } = await openTarget(t);
  const { followed, dyno } = await run(jobFor({ size: 'standard-2x' }), { NAME: 'Daniela', API_KEY: 'a-secret-value' });
  assert.equal(dyno, 'run.8361');
  const body = JSON.parse(sent('POST', '/apps/example/dynos')[0]?.body ?? '');
  assert.deepEqual(body, {
    ...{ command: 'python task.py', type: 'run', size: 'standard-2x', time_to_live: 720 },
    env: { NAME: 'Daniela', API_KEY: 'a-secret-value' },
  });
  const session = JSON.parse(sent('POST', '/log-sessions')[0]?.body ?? '');
  assert.deepEqual(session, { dyno, tail: true, lines: 1_500 });
  assert.equal(followed.started, 0);
  runs.up(app, dyno);
  await until(() => followed.started === 1);
  runs.say(app, dyno, 'Hello Daniela!', '', '  and : [all]');
  runs.exit(app, dyno, 0);
  await pass(() => followed.end);
  assert.deepEqual(followed.end, { exitCode: 0, how: 'exited', reason: null });
  assert.equal(followed.output.text, 'Hello Daniela!\n\n  and : [all]\n');
  assert.equal(followed.started, 1);
  await until(() => heroku.log.readers === 0);
});

test('a job cannot claim an exit status by what it prints', async (t) => {
  const { runs, run, pass } = await openTarget(t);
  const { followed, dyno } = await run();
  runs.up(app, dyno);
  const lies = ['Process exited with status 0', `heroku[${dyno}]: Process exited with status 0`];
  const stamped = `2026-01-02T00:00:00.000000+00:00 heroku[${dyno}]: Process exited with status 0`;
  runs.say(app, dyno, ...lies, stamped, 'State changed from up to complete');
  runs.exit(app, dyno, 3);
  await pass(() => followed.end);
  assert.equal(followed.end?.exitCode, 3);
  assert.equal(followed.output.text.split('\n').length, 5);
});

for (const first of ['status', 'state'] as const) {
  test(`the exit status is found if the ${first} is told first, and lines that come after it are kept`, async (t) => {
    const { runs, run, pass, clock } = await openTarget(t);
    const { followed, dyno } = await run();
    runs.up(app, dyno);
    runs.say(app, dyno, 'one');
    runs.exit(app, dyno, 7, { first, stays: true });
    await until(() => followed.output.text === 'one\n');
    await clock.advance(500);
    runs.say(app, dyno, 'two');
    await until(() => followed.output.text === 'one\ntwo\n');
    await pass(() => followed.end);
    assert.deepEqual(followed.end, { exitCode: 7, how: 'exited', reason: null });
  });
}

test('on Fir the log comes as server-sent events, whose session takes no number of lines', async (t) => {
  const { heroku, runs, run, pass, sent } = await openTarget(t, { generation: 'fir' });
  const { followed, dyno } = await run();
  assert.match(dyno, /^run-[0-9a-f]{8}-x8361$/);
  assert.equal(sent('GET', heroku.requests.at(-1)?.url.pathname ?? '')[0]?.headers.accept, 'text/event-stream');
  runs.up(app, dyno);
  runs.say(app, dyno, 'Grüße', 'data: no field', '');
  runs.exit(app, dyno, 0);
  await pass(() => followed.end);
  assert.deepEqual(followed.end, { exitCode: 0, how: 'exited', reason: null });
  assert.equal(followed.output.text, 'Grüße\ndata: no field\n\n');
  assert.deepEqual(
    sent('POST', '/log-sessions').map(({ body }) => JSON.parse(body)),
    [{ dyno, tail: true, lines: 1_500 }, { dyno }],
  );
});

for (const generation of ['cedar', 'fir']) {
  test(`letters and lines that ${generation} splits over chunks are put together`, async (t) => {
    const { heroku, runs, run, pass } = await openTarget(t, { generation });
    heroku.log.chunkBytes = 1;
    const { followed, dyno } = await run();
    runs.up(app, dyno);
    runs.say(app, dyno, 'Grüße an 👩‍🚀 und 東京', 'ends with a return\r');
    runs.exit(app, dyno, 0);
    await pass(() => followed.end);
    const returned = generation === 'cedar' ? 'ends with a return' : 'ends with a return\r';
    assert.equal(followed.output.text.replace('\r', ''), `Grüße an 👩‍🚀 und 東京\n${returned.replace('\r', '')}\n`);
  });
}

test('a line without an end is cut, and the lines after it are whole', async (t) => {
  const { runs, run, pass } = await openTarget(t);
  const { followed, dyno } = await run();
  runs.up(app, dyno);
  runs.say(app, dyno, 'x'.repeat(3_000_000), 'next');
  runs.exit(app, dyno, 0);
  await pass(() => followed.end);
  const [long = '', next] = followed.output.text.split('\n');
  assert.equal(next, 'next');
  assert.ok(long.endsWith('x…') && long.length <= 16_385, String(long.length));
});

test('sessions that break lose no line and double none, even if all lines have the same time', async (t) => {
  const { heroku, runs, run, pass } = await openTarget(t);
  heroku.log.isCoarse = true;
  const { followed, dyno } = await run();
  runs.up(app, dyno);
  const written: string[] = [];
  const say = (text: string) => {
    written.push(text);
    runs.say(app, dyno, text);
  };
  for (let round = 0; round < 5; round += 1) {
    for (let line = 0; line < 3; line += 1) say('the same');
    say(`only in round ${round}`);
    await until(() => followed.output.text === `${written.join('\n')}\n`);
    heroku.log.breakOff(round % 2 === 0 ? 'reset' : 'end');
    say('the same');
    say(`while nobody reads, ${round}`);
    await pass(() => heroku.log.readers === 1);
  }
  runs.exit(app, dyno, 0);
  await pass(() => followed.end);
  assert.equal(followed.output.text, `${written.join('\n')}\n`);
  assert.equal(followed.end?.exitCode, 0);
  assert.equal(heroku.log.opened, 6);
});

test('after a restart a run is followed from its cursor on', async (t) => {
  const { heroku, runs, run, pass, make, follow } = await openTarget(t);
  heroku.log.isCoarse = true;
  const { followed, dyno, job, stop } = await run();
  runs.up(app, dyno);
  runs.say(app, dyno, 'a', 'a', 'b');
  await until(() => followed.output.text === 'a\na\nb\n');
  stop.abort();
  await until(() => followed.error);
  await until(() => heroku.log.readers === 0);
  runs.say(app, dyno, 'b', 'c');
  const again = follow({ ...job, cursor: followed.output.cursor }, make());
  await until(() => again.output.text === 'b\nc\n');
  heroku.log.breakOff();
  await pass(() => heroku.log.readers === 1);
  runs.say(app, dyno, 'd');
  runs.exit(app, dyno, 0);
  await pass(() => again.end);
  assert.equal(again.output.text, 'b\nc\nd\n');
  assert.equal(again.started, 1);
});

test('a run that ended while the program was down gets its exit status from the log', async (t) => {
  const { runs, target, follow, pass } = await openTarget(t);
  const job = jobFor();
  const started = { ...job, handle: await target.start(job, {}) };
  runs.up(app, 'run.8361');
  runs.say(app, 'run.8361', 'Hello');
  runs.exit(app, 'run.8361', 4);
  const followed = follow(started);
  await pass(() => followed.end);
  assert.deepEqual(followed.end, { exitCode: 4, how: 'exited', reason: null });
  assert.equal(followed.output.text, 'Hello\n');
});

test('lines of an earlier dyno with the same name are not those of the job', async (t) => {
  const { runs, run, pass, clock, heroku } = await openTarget(t);
  heroku.log.add(app, 'app', 'run.8361', 'of yesterday');
  heroku.log.add(app, 'heroku', 'run.8361', 'Process exited with status 9');
  await clock.advance(86_400_000);
  const { followed, dyno } = await run();
  runs.up(app, dyno);
  runs.say(app, dyno, 'of today');
  runs.exit(app, dyno, 0);
  await pass(() => followed.end);
  assert.equal(followed.end?.exitCode, 0);
  assert.equal(followed.output.text, 'of today\n');
});

test('lines of other dynos are not those of the job', async (t) => {
  const { runs, run, pass, heroku } = await openTarget(t);
  const { followed, dyno } = await run();
  runs.up(app, dyno);
  heroku.log.add(app, 'app', 'run.83610', 'foreign');
  heroku.log.add(app, 'app', 'api', 'Release v7 created');
  runs.exit(app, dyno, 0);
  await pass(() => followed.end);
  assert.equal(followed.output.text, '');
});

test('a dyno that is gone without an exit status is lost, after another session was asked for it', async (t) => {
  const { runs, run, pass, heroku } = await openTarget(t);
  const { followed, dyno } = await run();
  runs.up(app, dyno);
  await until(() => followed.started === 1);
  runs.remove(app, dyno);
  await pass(() => followed.end, 1_000);
  assert.equal(followed.end?.how, 'lost');
  assert.equal(followed.end?.exitCode, null);
  assert.match(followed.end?.reason ?? '', /^The dyno is gone, and Heroku’s log has no line with its exit status\.$/);
  assert.equal(heroku.log.opened, 2);
});

test('another session has the exit status that the first one missed', async (t) => {
  const { runs, run, pass, heroku } = await openTarget(t);
  const { followed, dyno } = await run();
  runs.up(app, dyno);
  await until(() => followed.started === 1);
  heroku.log.isDeaf = true;
  runs.exit(app, dyno, 5);
  heroku.log.isDeaf = false;
  await pass(() => followed.end, 1_000);
  assert.deepEqual(followed.end, { exitCode: 5, how: 'exited', reason: null });
});

test('a webhook tells the exit status that the log does not have', async (t) => {
  let told: number | null = null;
  const { runs, run, pass } = await openTarget(t, { exitStatusOf: async () => told });
  const { followed, dyno } = await run();
  runs.up(app, dyno);
  runs.exit(app, dyno, 6, { withoutStatus: true });
  told = 6;
  await pass(() => followed.end, 1_000);
  assert.deepEqual(followed.end, { exitCode: 6, how: 'exited', reason: null });
});

test('a dyno that crashed without an exit status has failed', async (t) => {
  const { heroku, runs, run, pass } = await openTarget(t);
  const { followed, dyno } = await run();
  runs.up(app, dyno);
  heroku.world.crash(app, dyno);
  await pass(() => followed.end, 1_000);
  assert.equal(followed.end?.how, 'failed');
  assert.match(followed.end?.reason ?? '', /crashed, and told no exit status/);
});

test('a dyno that does not start within five minutes is stopped, and the job has failed', async (t) => {
  const { run, pass, heroku, sent } = await openTarget(t);
  const { followed, dyno } = await run();
  await pass(() => followed.end, 2_000);
  assert.deepEqual(followed.end, {
    exitCode: null,
    how: 'failed',
    reason: 'Its dyno did not start within 5 min. It was stopped.',
  });
  assert.equal(sent('DELETE', heroku.world.apps.get(app)?.dynos.find(({ name }) => name === dyno)?.id ?? '').length, 1);
  assert.equal(followed.started, 0);
});

test('a dyno that Heroku created at a late attempt has its five minutes from then on', async (t) => {
  const { clock, run, runs, pass, sent } = await openTarget(t);
  await clock.advance(290_000);
  const { followed, dyno } = await run(jobFor({ startedAt: clock.now() - 290_000 }));
  await pass(() => sent('GET', '/dynos').length >= 4, 2_000);
  runs.up(app, dyno);
  runs.exit(app, dyno, 0);
  await pass(() => followed.end);
  assert.equal(followed.end?.exitCode, 0);
});

test('a dyno that does not start and cannot be stopped is left to its time limit', async (t) => {
  const { run, pass, heroku, sent } = await openTarget(t);
  const { followed, job } = await run();
  const id = job.handle.split('/')[2];
  heroku.replies.set(`DELETE /apps/example/dynos/${id}`, { status: 503, body: '{}' });
  await pass(() => followed.end, 2_000);
  assert.match(followed.end?.reason ?? '', /It could not be stopped; Heroku ends it by its time limit\.$/);
  assert.equal(sent('DELETE', `/${id}`).length, 3);
});

test('the reason names memory that was not enough and lines that were dropped', async (t) => {
  const { heroku, runs, run, pass } = await openTarget(t);
  const { followed, dyno } = await run();
  runs.up(app, dyno);
  runs.tell(app, dyno, 'Process running mem=1100M(214.8%)');
  for (let times = 0; times < 9; times += 1) runs.tell(app, dyno, 'Error R15 (Memory quota vastly exceeded)');
  runs.tell(app, dyno, 'Error R99 (Platform error)');
  runs.say(app, dyno, 'Error R12 (printed by the job)');
  heroku.log.hasFilter = false;
  heroku.log.add(app, 'heroku', 'logplex', 'Error L10 (output buffer overflow): 500 messages dropped since now.');
  runs.exit(app, dyno, 137);
  await pass(() => followed.end);
  assert.equal(followed.end?.exitCode, 137);
  assert.equal(
    followed.end?.reason,
    'It used far more memory than its dyno has, so Heroku killed it (R15). Choose a larger size. ' +
      'Heroku told the error R99 (Platform error). ' +
      'It wrote faster than Heroku’s log takes lines, so lines of its output are missing (L10).',
  );
});

test('on Fir a broken session is told, since a new one has only new lines', async (t) => {
  const { heroku, runs, run, pass } = await openTarget(t, { generation: 'fir' });
  const { followed, dyno } = await run();
  runs.up(app, dyno);
  await until(() => followed.started === 1);
  heroku.log.breakOff('end');
  await pass(() => heroku.log.readers === 1);
  runs.exit(app, dyno, 0);
  await pass(() => followed.end);
  assert.equal(followed.end?.reason, 'Its log session broke, so lines of its output may be missing.');
});

test('a session that is silent for five minutes is opened again', async (t) => {
  const { heroku, runs, run, pass } = await openTarget(t);
  const { followed, dyno } = await run();
  runs.up(app, dyno);
  await until(() => followed.started === 1);
  await pass(() => heroku.log.opened === 2, 5_000);
  runs.say(app, dyno, 'still here');
  runs.exit(app, dyno, 0);
  await pass(() => followed.end);
  assert.equal(followed.output.text, 'still here\n');
});

test('on Fir a silent session is kept, and after a long one the next is opened without a pause', async (t) => {
  const { heroku, runs, run, pass, clock } = await openTarget(t, { generation: 'fir' });
  const { followed, dyno } = await run();
  runs.up(app, dyno);
  await until(() => followed.started === 1);
  for (let times = 0; times < 90; times += 1) await clock.advance(10_000);
  assert.equal(heroku.log.opened, 1);
  heroku.log.breakOff('end');
  await pass(() => heroku.log.readers === 1, 0);
  runs.say(app, dyno, 'still here');
  runs.exit(app, dyno, 0);
  await pass(() => followed.end);
  assert.equal(followed.output.text, 'still here\n');
});

test('a job of many lines is read no faster than it is stored, and ends after its last line', async (t) => {
  const { runs, run, pass, clock } = await openTarget(t);
  const { followed, dyno } = await run();
  runs.up(app, dyno);
  await until(() => followed.started === 1);
  followed.output.holds = true;
  const lines = Array.from({ length: 20_000 }, (_, at) => `line ${at} ${'x'.repeat(90)}`);
  runs.say(app, dyno, ...lines);
  runs.exit(app, dyno, 0);
  for (let times = 0; times < 20; times += 1) await clock.advance(10_000);
  assert.equal(followed.end, null);
  followed.output.holds = false;
  await pass(() => followed.end, 20);
  assert.equal(followed.output.text, `${lines.join('\n')}\n`);
});

test('a stop lets the job clean up, a kill does not, and neither fails for a dyno that is gone', async (t) => {
  const { runs, run, pass, target, sent } = await openTarget(t);
  runs.ignoresTerm = true;
  const { followed, dyno, job } = await run();
  runs.up(app, dyno);
  await target.stop(job, 'term');
  assert.equal(sent('POST', '/actions/stop').length, 1);
  runs.say(app, dyno, 'cleaning up');
  await until(() => followed.output.text === 'cleaning up\n');
  await target.stop(job, 'kill');
  await pass(() => followed.end);
  assert.equal(followed.end?.exitCode, 137);
  await target.stop(job, 'term');
  await target.stop(job, 'kill');
  await target.remove(job);
});

test('a run that was stopped and is gone is not lost', async (t) => {
  const { runs, run, pass, target } = await openTarget(t);
  runs.ignoresTerm = true;
  const { followed, dyno, job } = await run();
  runs.up(app, dyno);
  await target.stop(job, 'term');
  runs.remove(app, dyno);
  await pass(() => followed.end, 1_000);
  assert.deepEqual(followed.end, {
    ...{ exitCode: null, how: 'exited', reason: 'It was stopped; Heroku told no exit status.' },
  });
});

test('the address of a log session is in no error and no log line, and the dyno is followed on', async (t) => {
  const { heroku, runs, target, follow, pass, warnings, clock } = await openTarget(t);
  const job = jobFor();
  heroku.replies.set('POST /apps/example/log-sessions', {
    status: 201,
    body: JSON.stringify({ logplex_url: `${heroku.url}/streams/none?srv=the-secret-token` }),
  });
  const followed = follow({ ...job, handle: await target.start(job, {}) });
  await until(() => warnings.length === 1);
  heroku.replies.set('POST /apps/example/log-sessions', {
    status: 201,
    body: JSON.stringify({ logplex_url: 'http://127.0.0.1:1/the-secret-token' }),
  });
  await pass(() => warnings.length === 2);
  heroku.replies.set('POST /apps/example/log-sessions', {
    status: 201,
    body: JSON.stringify({ logplex_url: 'file:///the-secret-token' }),
  });
  await pass(() => warnings.length === 3);
  const text = JSON.stringify(warnings, (_, value) => (value instanceof Error ? String(value) : value));
  assert.match(text, /HTTP 404.*ECONNREFUSED.*no address that begins with https/);
  assert.doesNotMatch(text, /the-secret-token|streams/);
  heroku.replies.clear();
  runs.up(app, 'run.8361');
  runs.say(app, 'run.8361', 'Hello');
  runs.exit(app, 'run.8361', 0);
  await pass(() => followed.end);
  assert.equal(followed.output.text, 'Hello\n');
  assert.ok(clock.now() > 0);
});

test('while no requests are left, a run waits for them and goes on', async (t) => {
  const { heroku, runs, run, pass, warnings, clock } = await openTarget(t);
  const { followed, dyno } = await run();
  runs.up(app, dyno);
  await until(() => followed.started === 1);
  heroku.account.remaining = 0;
  heroku.log.breakOff('end');
  await until(() => warnings.length === 1);
  const asked = heroku.requests.length;
  for (let times = 0; times < 5; times += 1) await clock.advance(10_000);
  assert.equal(heroku.requests.length, asked);
  await pass(() => heroku.log.readers === 1, 2_000);
  runs.exit(app, dyno, 0);
  await pass(() => followed.end);
  assert.equal(followed.end?.exitCode, 0);
});

test('fifty runs of an app share the looks at its dynos', async (t) => {
  const { heroku, runs, target, follow, pass, sent } = await openTarget(t);
  const all = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const job = jobFor();
      return follow({ ...job, handle: await target.start(job, {}) });
    }),
  );
  await until(() => heroku.log.readers === 50);
  for (const { name } of heroku.world.apps.get(app)?.dynos.filter(({ type }) => type === 'run') ?? [])
    runs.up(app, name);
  await until(() => all.every(({ started }) => started === 1));
  await pass(() => sent('GET', '/dynos').length >= 3, 5_000);
  assert.equal(sent('GET', '/dynos').length, 3);
  for (const { name } of heroku.world.apps.get(app)?.dynos.filter(({ type }) => type === 'run') ?? []) {
    runs.say(app, name, `I am ${name}`);
    runs.exit(app, name, 0);
  }
  await pass(() => all.every(({ end }) => end));
  assert.equal(new Set(all.map(({ output }) => output.text)).size, 50);
});
