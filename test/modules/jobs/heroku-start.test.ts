import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NotStarted, StartUnknown } from '../../../src/modules/jobs/target.ts';
import { htmlError } from '../../fakes/heroku/index.ts';
import { jsonReply } from '../../fakes/http-server.ts';
import { begun, jobFor, openTarget, until } from './heroku-support.ts';

const app = 'example';
const create = 'POST /apps/example/dynos';
const creations = (sent: (method: string, end: string) => unknown[]) => sent('POST', '/apps/example/dynos').length;

const refusals: { name: string; status: number; id: string; says: RegExp; retryable?: boolean; size?: string }[] = [
  {
    name: 'a key without the right',
    status: 403,
    id: 'forbidden',
    says: /may not start dynos.*--scope read-protected,write-protected/,
  },
  { name: 'a suspended app', status: 403, id: 'suspended', says: /has suspended the app example/ },
  { name: 'a revoked key', status: 401, id: 'unauthorized', says: /refuses the key in HEROKU_API_KEY \(401\)/ },
  {
    name: 'an unpaid bill',
    status: 402,
    id: 'delinquent',
    says: /without a payment \(402\)\. Heroku: “No such thing \*\*\*\.”/,
  },
  { name: 'an account that is not verified', status: 422, id: 'verification_needed', says: /heroku\.com\/verify/ },
  { name: 'an unknown size', status: 422, id: 'invalid_params', says: /of the size huge \(422\)/, size: 'huge' },
  { name: 'a value that Heroku refuses', status: 422, id: 'invalid_params', says: /does not start the dyno \(422\)/ },
  { name: 'an app that is gone', status: 404, id: 'not_found', says: /knows no app example/ },
  { name: 'no requests left', status: 429, id: 'rate_limit', says: /No requests/, retryable: true },
  { name: 'an app that is being created', status: 409, id: 'conflict', says: /409/, retryable: true },
];

for (const { name, status, id, says, retryable = false, size = null } of refusals) {
  test(`a refusal starts nothing and tells the remedy: ${name}`, async (t) => {
    const { heroku, target, sent } = await openTarget(t);
    heroku.replies.set(create, jsonReply({ id, message: 'No such thing hunter22' }, status));
    await assert.rejects(target.start(jobFor({ size }), { PASSWORD: 'hunter22' }), (error) => {
      assert.ok(error instanceof NotStarted);
      assert.match(error.message, says);
      assert.doesNotMatch(error.message, /hunter22/);
      assert.equal(error.retryable, retryable);
      return true;
    });
    assert.equal(creations(sent), 1);
  });
}

test('after a 429 nothing is started until requests are left again', async (t) => {
  const { heroku, target, sent, clock } = await openTarget(t);
  heroku.account.remaining = 0;
  const temporary = (error: unknown) => error instanceof NotStarted && error.retryable;
  await assert.rejects(target.start(jobFor(), {}), temporary);
  await assert.rejects(target.start(jobFor(), {}), temporary);
  assert.equal(creations(sent), 1);
  await clock.advance(61_000);
  assert.match(await target.start(jobFor(), {}), /run\.8361/);
});

test('a program that does not reach Heroku has surely started nothing', async (t) => {
  const { target } = await openTarget(t, { url: 'http://127.0.0.1:1' });
  await assert.rejects(
    target.start(jobFor(), {}),
    (error) => error instanceof NotStarted && error.retryable && /not reached \(ECONNREFUSED\)/.test(error.message),
  );
});

for (const [name, reply] of [
  ['a web page', htmlError(503)],
  ['a web page with status 200', htmlError(200)],
  ['an error of the server', jsonReply({ id: 'internal_server_error', message: 'Oops.' }, 500)],
  ['JSON without a dyno', jsonReply([], 201)],
  ['no answer', { status: 201, hangsUp: true }],
] as const) {
  test(`nobody can tell whether a dyno runs after ${name}, and no second one is asked for`, async (t) => {
    const { heroku, target, sent, pass } = await openTarget(t);
    heroku.replies.set(create, reply);
    const job = jobFor();
    await assert.rejects(target.start(job, {}), StartUnknown);
    let found: string | null | undefined;
    target.find(job).then((handle) => {
      found = handle;
    });
    await pass(() => found !== undefined, 1_000);
    assert.equal(found, null);
    assert.equal(creations(sent), 1);
  });
}

test('an answer that takes too long is lost', async (t) => {
  const { heroku, target } = await openTarget(t, { timeoutMs: 50 });
  heroku.fault = { kind: 'silent' };
  await assert.rejects(target.start(jobFor(), {}), (error) => {
    return error instanceof StartUnknown && /within 0.05 s/.test(error.message);
  });
});

for (const command of ['python task.py', 'serverless']) {
  test(`a dyno whose answer was lost is found by its command and its time: ${command}`, async (t) => {
    const { heroku, runs, target, make, clock, follow, pass } = await openTarget(t);
    await target.start(jobFor({ command }), {});
    await clock.advance(60_000);
    runs.losesAnswer = true;
    const job = jobFor({ command, startedAt: clock.now() });
    await target.start(jobFor({ command: 'another' }), {}).catch(() => {});
    runs.losesAnswer = true;
    await assert.rejects(target.start(job, {}), StartUnknown);
    const handle = await make().find(job);
    assert.equal(target.nameOf(handle ?? ''), 'run.8363');
    assert.equal(heroku.requests.filter(({ method }) => method === 'POST').length, 3);
    const followed = follow({ ...job, handle: handle ?? '' });
    await until(() => heroku.log.readers === 1);
    runs.up(app, 'run.8363');
    runs.exit(app, 'run.8363', 0);
    await pass(() => followed.end);
    assert.equal(followed.end?.exitCode, 0);
  });
}

test('two lost dynos that are alike go to two jobs, and none goes to a job that has one', async (t) => {
  const handles = new Set<string>();
  const { runs, target, make } = await openTarget(t, { known: (handle) => handles.has(handle) });
  handles.add(await target.start(jobFor(), {}));
  const jobs = [jobFor(), jobFor()];
  for (const job of jobs) {
    runs.losesAnswer = true;
    await assert.rejects(target.start(job, {}), StartUnknown);
  }
  const again = make();
  const found = await Promise.all(jobs.map((job) => again.find(job)));
  assert.deepEqual(found.map((handle) => again.nameOf(handle ?? '')).sort(), ['run.8362', 'run.8363']);
  // The same job gets the same dyno again.
  assert.equal(await again.find(jobs[0] as never), found[0]);
});

test('a dyno that a job has had is not found by its next attempt', async (t) => {
  const { runs, target, pass } = await openTarget(t);
  const job = jobFor();
  const handle = await target.start(job, {});
  await target.remove({ ...job, handle });
  let found: string | null | undefined;
  target.find(job).then((answer) => {
    found = answer;
  });
  await pass(() => found !== undefined, 1_000);
  assert.equal(found, null);
  assert.equal(runs.nextNumber, 8_362);
});

test('a dyno whose creation is under way is not taken for a lost one', async (t) => {
  const { heroku, runs, target, pass, sent } = await openTarget(t);
  const lost = jobFor();
  heroku.replies.set(create, { status: 201, hangsUp: true });
  await assert.rejects(target.start(lost, {}), StartUnknown);
  heroku.replies.clear();
  heroku.fault = { kind: 'late', ms: 30 };
  const other = target.start(jobFor(), {});
  await until(() => creations(sent) === 2);
  let found: string | null | undefined;
  target.find(lost).then((handle) => {
    found = handle;
  });
  assert.equal(target.nameOf(await other), 'run.8361');
  heroku.fault = null;
  await pass(() => found !== undefined, 1_000);
  assert.equal(found, null);
  assert.equal(runs.nextNumber, 8_362);
});

test('a dyno of another time, type or command is not taken for a lost one', async (t) => {
  const { heroku, runs, target, make, pass } = await openTarget(t);
  const dynos = heroku.world.apps.get(app)?.dynos ?? [];
  await target.start(jobFor(), {});
  await target.start(jobFor(), {});
  await target.start(jobFor({ command: 'python other.py' }), {});
  Object.assign(dynos[1] ?? {}, { created_at: new Date(begun - 6_000).toISOString() });
  Object.assign(dynos[2] ?? {}, { type: 'worker' });
  const again = make();
  let found: string | null | undefined;
  again.find(jobFor({ startedAt: begun })).then((handle) => {
    found = handle;
  });
  await pass(() => found !== undefined, 1_000);
  assert.equal(found, null);
  assert.equal(runs.nextNumber, 8_364);
});

test('a look for a lost dyno fails while Heroku cannot be asked, and finds nothing in an app that is gone', async (t) => {
  const { heroku, target } = await openTarget(t);
  heroku.fault = { kind: 'hang up' };
  await assert.rejects(target.find(jobFor()), /not reached/);
  heroku.fault = null;
  assert.equal(await target.find(jobFor({ app: 'gone' })), null);
});

test('a target that was closed ends its requests', async (t) => {
  const { target, sent } = await openTarget(t);
  const handle = await target.start(jobFor(), {});
  target.close?.();
  await assert.rejects(target.start(jobFor(), {}), NotStarted);
  await assert.rejects(target.find(jobFor()));
  const output = { write: async () => {} };
  await assert.rejects(target.follow({ ...jobFor(), handle }, output, () => {}, new AbortController().signal));
  assert.equal(creations(sent), 1);
});

test('a handle of another target is refused', async (t) => {
  const { target } = await openTarget(t);
  assert.throws(() => target.nameOf('4711:12345'), /"4711:12345" is no run on Heroku/);
});
